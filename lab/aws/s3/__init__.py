"""S3 as far as moto is laxer than AWS: bucket policies for every principal, Object Lock, replication, events."""
