"""The services of the lab, and how each changes moto."""


def install():
    """Imports every module that registers something, and changes moto. Called once, before the server answers."""
    from aws import (  # noqa: F401
        chatbot,
        config_rules,
        event_bus,
        event_targets,
        kms,
        log_groups,
        network,
        scheduler,
        security_groups,
        step_functions,
        subscriptions,
    )
    from aws.cloudwatch import alarms
    from aws.elasticache import actions, control, reports  # noqa: F401
    from aws.s3 import bucket_policies, events, replication, retention

    for module in (bucket_policies, event_targets, events, replication, reports, retention):
        module.install()
    for module in (actions, alarms, config_rules, event_bus, kms, log_groups, scheduler, security_groups, step_functions, subscriptions):
        module.install()


def settle():
    """What AWS does by itself between two requests, and no call of a service would notice: files of exports, replicas."""
    from aws.elasticache import exports
    from aws.s3 import replication

    exports.settle()
    replication.settle()
