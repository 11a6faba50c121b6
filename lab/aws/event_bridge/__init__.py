"""EventBridge: the bus, event patterns, input transformers, targets, and the events that AWS's services put on the bus."""
