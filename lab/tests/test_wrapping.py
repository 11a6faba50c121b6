"""What the lab changes of moto for calls that overlap."""

from aws.wrapping import Copied, with_copied, wrap


def test_a_dictionary_can_change_while_somebody_goes_through_it():
    alarms = Copied(one=1, two=2)
    for name in alarms:
        del alarms[name]
        alarms[name.upper()] = 0
    for name, _ in alarms.items():
        alarms[name * 2] = 0
    assert [value for value in alarms.values() if alarms.pop("ONE", 0) == 0] == [0, 0, 0, 0]


def test_a_backend_gets_such_a_dictionary_each_time_it_is_made():
    class Backend:
        def __init__(self, region: str):
            self.region, self.alarms = region, {"one": 1}

    wrap(Backend, "__init__", with_copied("alarms"))
    backend = Backend("eu-west-1")
    assert (backend.region, type(backend.alarms), dict(backend.alarms)) == ("eu-west-1", Copied, {"one": 1})
