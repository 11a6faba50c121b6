# npm run deploy -- redis-sharded --var-file=examples/sharded/sharded.tfvars
# Copy it to sharded.tfvars (git-ignored), write your own values, and name that file instead.
environment             = "sharded" # other stacks refuse this file
vpc_id                  = "vpc-0123456789abcdef0"
vpc_cidr                = "10.0.0.0/16"
private_subnet_ids      = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
notification_email      = "oncall@example.com"
num_node_groups         = 3 # shards
replicas_per_node_group = 1
