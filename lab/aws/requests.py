"""What a request tells of itself."""

import os


def signed_for(environ: dict) -> tuple[str, str]:
    """Service and Region: AWS Signature Version 4, Credential=KEY/DATE/REGION/SERVICE/aws4_request."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0].split("/")
    return (scope[-2], scope[-3]) if len(scope) >= 5 else ("", os.environ.get("AWS_REGION", "us-east-1"))
