"""CloudWatch: metrics that services leave, and what an alarm's state is at a moment."""
