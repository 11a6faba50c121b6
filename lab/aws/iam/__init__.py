"""IAM as far as the lab judges it: the calls of state machines and schedules against their roles, trust policies, policies of resources."""
