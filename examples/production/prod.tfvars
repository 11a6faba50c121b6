# npm run deploy -- redis-prod --var-file=examples/production/prod.tfvars
# Alerts also reach Slack and a pager, only the application may connect, and AWS credentials of another account are refused.
environment                = "prod" # other stacks refuse this file
account_id                 = "123456789012"
vpc_id                     = "vpc-0123456789abcdef0"
vpc_cidr                   = "10.0.0.0/16"
private_subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210", "subnet-00112233445566778"]
allowed_security_group_ids = ["sg-0123456789abcdef0"]
notification_email         = "oncall@example.com"
slack_team_id              = "T0123456789"
slack_channel_id           = "C0123456789"
alarm_action_arns          = ["arn:aws:sns:ap-northeast-1:123456789012:pager"]
runbook_base_url           = "https://example.com/redis/runbook"
rto_target_minutes         = 45
rpo_target_hours           = 30
