"""The services of the lab, and how each changes moto."""


def install():
    """Imports every module that registers something, and changes moto. Called once, before the server answers."""
    from aws import chatbot, config_rules, event_bus, kms, log_groups, security_groups, subscriptions, workflows  # noqa: F401
    from aws.elasticache import actions, control  # noqa: F401

    for module in (actions, config_rules, event_bus, kms, log_groups, security_groups, subscriptions, workflows):
        module.install()
