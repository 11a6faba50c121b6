"""The services of the lab, and how each changes moto."""


def install():
    """Imports every module that registers something, and changes moto. Called once, before the server answers."""
    from aws import (  # noqa: F401
        chatbot,
        config_rules,
        kms,
        log_groups,
        network,
        scheduler,
        secrets,
        security_groups,
        step_functions,
        subscriptions,
        trails,
    )
    from aws.cloudwatch import alarms, dashboards
    from aws.elasticache import actions, control, copies, reports  # noqa: F401
    from aws.event_bridge import alarms as alarm_events
    from aws.event_bridge import callers, delivery, event_bus
    from aws.iam import roles
    from aws.s3 import bucket_policies, checksums, events, replication, retention

    for module in (roles, bucket_policies, checksums, events, replication, reports, retention):
        module.install()
    modules = (actions, alarms, config_rules, dashboards, kms, log_groups, scheduler, secrets, security_groups, step_functions)
    for module in (*modules, subscriptions, trails, event_bus, delivery, alarm_events, callers):
        module.install()


def settle():
    """What AWS does by itself between two requests, and no call of a service would notice: files of exports, replicas."""
    from aws.elasticache import exports
    from aws.s3 import replication

    exports.settle()
    replication.settle()
