"""The services of the lab, and how each changes moto."""


def install():
    """Imports every module that registers something, and changes moto. Called once, before the server answers."""
    from aws import chatbot, config_rules, event_bus, kms, log_groups, network, scheduler, security_groups, step_functions, subscriptions  # noqa: F401
    from aws.cloudwatch import alarms
    from aws.elasticache import actions, control  # noqa: F401

    for module in (actions, alarms, config_rules, event_bus, kms, log_groups, scheduler, security_groups, step_functions, subscriptions):
        module.install()
