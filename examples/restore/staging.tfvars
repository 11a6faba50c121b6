# npm run restore -- redis-staging --snapshot prod-redis-final-1a2b3c4d --var-file=examples/restore/staging.tfvars
# A new environment that begins with the data of another one in the same account and Region: the engine version is the one of the
# snapshot, and the node type has the memory for its data.
environment        = "staging" # other stacks refuse this file
vpc_id             = "vpc-0123456789abcdef0"
vpc_cidr           = "10.0.0.0/16"
private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
notification_email = "oncall@example.com"
engine             = "redis"
redis_version      = "7.1"
node_type          = "cache.r7g.large"
