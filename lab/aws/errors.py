"""An error as each protocol of AWS has it, so that every SDK shows its code and its message.

https://smithy.io/2.0/aws/protocols/ (JSON, query, EC2 query), https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import json
from xml.sax.saxutils import escape

from aws.requests import signed_for

JSON = "application/x-amz-json-1.1"
XML = "text/xml"


def error_body(environ: dict, code: str, message: str) -> tuple[str, str]:
    """Content type and body of an error, for the request."""
    service, _ = signed_for(environ)
    is_query = "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", "")
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        return XML, f"<Response><Errors><Error>{error}</Error></Errors><RequestID>lab</RequestID></Response>"
    if service == "s3":
        return XML, f"<Error>{error}<RequestId>lab</RequestId></Error>"
    if is_query:
        return XML, f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>lab</RequestId></ErrorResponse>"
    return JSON, json.dumps({"__type": code, "message": message})
