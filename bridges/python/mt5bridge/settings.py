"""Settings of the operator: from the environment, and the terminal's id also from the command line."""

import re
from dataclasses import dataclass, field


class SettingsError(Exception):
    """A setting is missing or wrong; the message says what to set, never a value that may be secret."""


@dataclass(frozen=True)
class Settings:
    terminal_id: str
    key: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 5010
    use_tls: bool = False
    tls_ca: str = ""
    #: Path of terminal64.exe; empty = the package searches it.
    path: str = ""
    portable: bool = False
    #: 0 = the account of the terminal, whichever it is.
    login: int = 0
    password: str = field(default="", repr=False)
    server: str = ""
    #: Of calls into the terminal, milliseconds.
    timeout_ms: int = 60_000
    #: Server time minus UTC, seconds; None = measured.
    utc_offset: int | None = None
    #: Waits between dials are this many times shorter; tests only.
    time_scale: float = 1.0
    simulated: bool = False


def read_settings(environment, terminal_id: str = "") -> Settings:
    """Raises SettingsError with all problems."""
    problems: list = []
    terminal_id = terminal_id or environment.get("BRIDGE_TERMINAL_ID", "")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", terminal_id):
        problems.append("name the terminal: --terminal MT5_05 or BRIDGE_TERMINAL_ID=MT5_05")
    prefix = re.sub(r"[^A-Za-z0-9]", "_", terminal_id)

    def value(name: str) -> str:
        """`MT5_05_NAME` before `MT5_NAME`; each may be a file named by `..._FILE`."""
        for variable in (f"{prefix}_{name}", f"MT5_{name}"):
            if environment.get(variable):
                return environment[variable]
            if environment.get(f"{variable}_FILE"):
                return _read_file(f"{variable}_FILE", environment, problems)
        return ""

    def number(name: str, text: str, low: int, high: int, standard):
        if text == "":
            return standard
        if re.fullmatch(r"-?\d{1,18}", text) and low <= int(text) <= high:
            return int(text)
        problems.append(f"{name} must be a whole number from {low} to {high}")
        return standard

    key_text = environment.get(f"{prefix}_BRIDGE_KEY") or environment.get("BRIDGE_KEY", "")
    if not key_text and environment.get("BRIDGE_KEY_FILE"):
        key_text = _read_file("BRIDGE_KEY_FILE", environment, problems)
    if not re.fullmatch(r"[0-9a-fA-F]{64}", key_text.strip()):
        problems.append(
            "set BRIDGE_KEY or BRIDGE_KEY_FILE to the terminal's key, 64 hexadecimal digits "
            f"(npm run keys -- terminal {terminal_id or 'MT5_05'} prints it)"
        )
        key_text = "0" * 64
    login, password = value("LOGIN"), value("PASSWORD")
    if login and not password:
        problems.append(f"{prefix}_LOGIN is set but no password: set {prefix}_PASSWORD or {prefix}_PASSWORD_FILE")
    settings = Settings(
        terminal_id=terminal_id,
        key=bytes.fromhex(key_text.strip()),
        host=environment.get("BRIDGE_HOST") or "127.0.0.1",
        port=number("BRIDGE_PORT", environment.get("BRIDGE_PORT", ""), 1, 65_535, 5010),
        use_tls=environment.get("BRIDGE_TLS", "") in ("1", "true", "yes"),
        tls_ca=environment.get("BRIDGE_TLS_CA", ""),
        path=value("PATH"),
        portable=value("PORTABLE") in ("1", "true", "yes"),
        login=number(f"{prefix}_LOGIN", login, 1, 2**53 - 1, 0),
        password=password,
        server=value("SERVER"),
        timeout_ms=number("MT5_TIMEOUT_MS", value("TIMEOUT_MS"), 1000, 600_000, 60_000),
        utc_offset=number("MT5_UTC_OFFSET", value("UTC_OFFSET"), -50_400, 50_400, None),
    )
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _read_file(variable: str, environment, problems: list) -> str:
    try:
        with open(environment[variable], encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        problems.append(f"the file that {variable} names cannot be read")
        return ""
