"""Reads keys of a restored cache, and compares them with what they should be. Runs in AWS Lambda, without further packages."""

import socket
import ssl

SECONDS = 10

# The command that answers the length of a value, by the type of the value: https://redis.io/docs/latest/commands/type/
LENGTHS = {"string": "STRLEN", "list": "LLEN", "set": "SCARD", "zset": "ZCARD", "hash": "HLEN", "stream": "XLEN"}


class ServerError(Exception):
    """What the cache answered instead of a value."""


class Connection:
    """https://redis.io/docs/latest/develop/reference/protocol-spec/"""

    def __init__(self, host: str, port: int, tls: bool):
        plain = socket.create_connection((host, port), timeout=SECONDS)
        self.socket = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if tls else plain
        self.answers = self.socket.makefile("rb")

    def ask(self, *words: str):
        encoded = [word.encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
        line = self.answers.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the cache closed the connection")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == "-1" else self.answers.read(int(rest) + 2)[:-2].decode(errors="replace")
        raise ServerError(rest)


class Cache:
    """With shards, a key of another shard is answered with the address of its node.

    https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#moved-redirection
    """

    def __init__(self, endpoint: str, port: int, tls: bool):
        self.first, self.tls = (endpoint, port), tls
        self.connections: dict[tuple[str, int], Connection] = {}

    def ask(self, *words: str):
        try:
            return self.connection(self.first).ask(*words)
        except ServerError as error:
            moved = str(error).split(" ")
            if moved[0] != "MOVED":
                raise
            host, _, port = moved[2].rpartition(":")
            return self.connection((host or self.first[0], int(port))).ask(*words)

    def connection(self, address: tuple[str, int]) -> Connection:
        if address not in self.connections:
            self.connections[address] = Connection(*address, self.tls)
        return self.connections[address]


def problem(cache: Cache, expected: dict) -> str | None:
    """Why a key is not what it should be. Without quotation marks: a restore test shows the text up to the first one."""
    key = expected["key"]
    kind = cache.ask("TYPE", key)
    if kind == "none":
        return f"{key} is missing"
    if expected.get("type") not in (None, kind):
        return f"{key} is a {kind}, not a {expected['type']}"
    if expected.get("value") is not None and (kind != "string" or cache.ask("GET", key) != expected["value"]):
        return f"{key} has another value"
    if expected.get("min_length") is not None:
        length = cache.ask(LENGTHS[kind], key) if kind in LENGTHS else 0
        if length < expected["min_length"]:
            return f"{key} has the length {length}, less than {expected['min_length']}"
    return None


def handler(event: dict, _context) -> dict:
    cache = Cache(event["cache"]["endpoint"], event["cache"]["port"], event["cache"]["tls"])
    found = [problem(cache, expected) for expected in event["expected"]]
    return {"checked": len(found), "problems": [one for one in found if one]}
