# npm run deploy -- redis-prod --var-file=examples/prod.tfvars
# Copy it to prod.tfvars (git-ignored), write your own values, and name that file instead.
environment        = "prod" # other stacks refuse this file
vpc_id             = "vpc-0123456789abcdef0"
vpc_cidr           = "10.0.0.0/16"
private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
notification_email = "oncall@example.com"
