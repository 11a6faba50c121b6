"""CRC-64/NVME, with the check value that its definition gives for the digits from 1 to 9: AE8B14860A799888."""

from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.s3.given import GUIDE, bucket

DIGITS = {"Bucket": "landing", "Key": "digits", "Body": b"123456789"}
CHECK = "rosUhgp5mIg="


def digits(lab: Lab):
    lab.call("s3.put_object", **DIGITS)


def copied(lab: Lab):
    digits(lab)
    lab.call("s3.copy_object", Bucket="landing", Key="copy", CopySource="landing/digits", ChecksumAlgorithm="CRC64NVME")


test_checksums = conformance(
    [
        Row(
            "a copy has the checksum that was chosen for it",
            given=[bucket("landing"), copied],
            call="s3.head_object",
            arguments={"Bucket": "landing", "Key": "copy", "ChecksumMode": "ENABLED"},
            answers={"ChecksumCRC64NVME": CHECK},
            source=f"{GUIDE}/checking-object-integrity-upload.html",
        ),
    ]
)
