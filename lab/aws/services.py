"""The services of the lab, and how each changes moto."""


def install():
    """Imports every module that registers something, and changes moto. Called once, before the server answers."""
    from aws import chatbot, workflows  # noqa: F401
    from aws.elasticache import actions, control  # noqa: F401

    actions.install()
    workflows.install()
