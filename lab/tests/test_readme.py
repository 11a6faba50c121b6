"""README.md says what the control calls say of themselves."""

from pathlib import Path

from aws import control, services

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_control_call_is_in_the_readme_with_its_summary():
    services.install()
    rows = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in README.splitlines() if line.startswith("| `")}
    missing = [call["name"] for call in control.describe() if (f"`{call['name']}`", call["summary"]) not in rows]
    assert not missing, f"Add to README.md, or correct there: {missing}"
