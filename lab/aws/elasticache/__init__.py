"""Amazon ElastiCache for Redis OSS and Valkey, as strict as its API."""
