"""Step Functions: moto's engine, with JSONata, the roles of state machines, AWS's names and limits, and a faster clock."""


def install():
    from aws.step_functions import accepted, branches, clock, executions, expressions, limits, machines, nested, tasks

    for module in (accepted, branches, executions, machines, expressions, tasks, nested, limits, clock):
        module.install()
