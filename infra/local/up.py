"""What `make up` does, step by step; every step leaves alone what is done already."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra import packaging
from infra.deskctl.stage import STACK_VARIABLE
from infra.local import stack
from infra.local.accounts import Account, SecretBook, read_accounts, read_slack
from infra.local.cloud import CREDENTIALS, HOST, STAGE, Cloud
from infra.local.processes import Process
from infra.local.tools import emulator_python
from infra.local.warm_up import warm_up
from infra.packaging.wheels import this_architecture
from infra.simulator.platforms.aws_sms import HOST as SMS_VOICE

ROOT = Path(__file__).parents[2]
# Settings of the emulator that a person may give to `make up`.
PASSED_ON = {"AUTH": "false", "PERSIST_STATE": "0", "LOG_LEVEL": "INFO"}
TOKEN_NAME = "local"  # noqa: S105  its name, not the token


class SetUpError(Exception):
    """A step of setting up did not succeed; the words are for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Local:
    """The local cloud at a port; the simulator has the port after it."""

    cloud: Cloud
    folder: Path

    @property
    def stack_file(self) -> Path:
        return self.folder / "stack.json"

    @property
    def pace_file(self) -> Path:
        """Where `deskctl clock` says how fast the desk's time passes."""
        return self.folder / "pace.json"

    @property
    def emulator(self) -> Process:
        return Process("emulator", self.folder)

    @property
    def simulator(self) -> Process:
        return Process("simulator", self.folder)

    @property
    def platforms_url(self) -> str:
        return f"http://{HOST}:{self.cloud.port + 1}"

    @property
    def _unpacked(self) -> Path:
        """Where the emulator unpacks the functions' package, and leaves it."""
        return self.folder / "tmp"

    def up(self, desk: Path) -> None:
        """Start what doesn't run, deploy what changed, put the desk in force."""
        self.folder.mkdir(parents=True, exist_ok=True)
        architecture = this_architecture()
        accounts = read_accounts(desk)
        company = _company_domain(accounts)
        with ThreadPoolExecutor() as pool:
            package = pool.submit(packaging.build, STAGE, architecture)
            self._start_emulator()
            say("đóng gói · packaging")
            built = package.result()
        say("triển khai · deploying")
        outputs = self.cloud.deploy(built, architecture, f"reply.{company}")
        known = self._describe(outputs, accounts, company, read_slack(desk))
        self._start_simulator()
        say("khởi động các hàm · warming up")
        self._warm_up(outputs)
        say(f"áp dụng cấu hình · applying {desk.name}")
        self._deskctl("desk", "apply", str(desk), "--by", "make up")
        known |= {"desk": str(desk), "token": self._token()}
        stack.write(self.stack_file, known)

    def down(self) -> None:
        """End what `up` started here, and nothing else."""
        for process in (self.simulator, self.emulator):
            process.stop()
        self.stack_file.unlink(missing_ok=True)
        self.pace_file.unlink(missing_ok=True)
        shutil.rmtree(self._unpacked, ignore_errors=True)

    def _start_emulator(self) -> None:
        python = self.folder / "emulator" / "bin" / "python"
        if not python.exists():
            say("cài trình giả lập AWS · installing the emulator")
        python = emulator_python(self.folder / "emulator")
        command = [str(python), "-P", str(Path(__file__).with_name("emulator.py"))]
        environment = self._emulator_environment()
        if not self.emulator.is_running(command, environment):
            self._tell_what_is_replaced()
            say(f"khởi động trình giả lập AWS · starting the emulator at {self.cloud.url}")
            shutil.rmtree(self._unpacked, ignore_errors=True)
            self._unpacked.mkdir()
            self.emulator.start(command, environment, self.folder)
        self.emulator.wait_until_ready(self.cloud.health_url)

    def _tell_what_is_replaced(self) -> None:
        if self.emulator.is_alive:
            url = stack.read(self.stack_file).get("emulator_url", "?")
            say(
                f"thay đám mây đang chạy ở {url}: cổng hay cài đặt đã khác, dữ liệu của nó mất · "
                f"replacing the cloud that runs at {url}: its port or settings were others, "
                "what it holds is lost unless it had PERSIST_STATE=1"
            )

    def _emulator_environment(self) -> dict[str, str]:
        """Return its settings; what functions find beyond the template is the outside world."""
        return {
            **{name: os.environ.get(name, usual) for name, usual in PASSED_ON.items()},
            **CREDENTIALS,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.cloud.port),
            "MINISTACK_HOST": HOST,
            "S3_DATA_DIR": str(self.folder / "s3"),
            "STATE_DIR": str(self.folder / "state"),
            "TMPDIR": str(self._unpacked),
            "PLATFORMS_URL": self.platforms_url,
            "PACE_FILE": str(self.pace_file),
            # The emulator forgets headers and attachments of a mail; the simulator keeps them.
            "AWS_ENDPOINT_URL_SESV2": self.platforms_url,
            # It has no text messages to customers: the simulator plays that service.
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": f"{self.platforms_url}/{SMS_VOICE}/",
        }

    def _start_simulator(self) -> None:
        command = [sys.executable, "-m", "infra.simulator", "--port", str(self.cloud.port + 1)]
        command += ["--stack", str(self.stack_file), "--emulator-url", self.cloud.url]
        if not self.simulator.is_running(command, CREDENTIALS):
            say(f"khởi động giả lập nền tảng · starting the simulator at {self.platforms_url}")
            self.simulator.start(command, CREDENTIALS, ROOT)
        self.simulator.wait_until_ready(f"{self.platforms_url}/health")

    def _describe(
        self,
        outputs: Mapping[str, str],
        accounts: list[Account],
        company: str,
        slack: str | list[str] | None,
    ) -> stack.Stack:
        """Make up the desk's secrets, and write what is known of the stack so far."""
        book = SecretBook(self.folder / "secrets.json")
        if slack:
            book.slack_address(slack)
        api_url = self.cloud.api_url(outputs)
        known = stack.described(
            api_url=api_url,
            emulator_url=self.cloud.url,
            platforms_url=self.platforms_url,
            pace_file=str(self.pace_file),
            outputs=outputs,
        )
        known["accounts"] = stack.described_accounts(accounts, book, api_url, company)
        known["token"] = stack.read(self.stack_file).get("token", "")
        self.cloud.put_secrets(book, outputs)
        addresses = (str(one["secrets"].get("address", "")) for one in known["accounts"])
        domains = {address.rpartition("@")[2] for address in addresses if "@" in address}
        self.cloud.may_send_from({outputs["MailDomain"], company, *domains})
        stack.write(self.stack_file, known)
        return known

    def _warm_up(self, outputs: Mapping[str, str]) -> None:
        health = f"{self.cloud.api_url(outputs)}/api/health"
        if failed := warm_up(self.cloud.client("lambda"), outputs, health):
            raise SetUpError("\n".join(["hàm không chạy được · functions fail:", *failed]))

    def _token(self) -> str:
        """Return a token of admin scope: the one made before while there still is one."""
        before = str(stack.read(self.stack_file).get("token", ""))
        is_known = TOKEN_NAME in self._deskctl("token", "list").split()
        if is_known and before:
            return before
        if is_known:
            self._deskctl("token", "revoke", "--name", TOKEN_NAME)
        created = self._deskctl("token", "create", "--name", TOKEN_NAME, "--scope", "admin")
        return created.strip()

    def _deskctl(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "infra.deskctl", "--stage", STAGE, *arguments]
        environment = {**os.environ, **CREDENTIALS, STACK_VARIABLE: str(self.stack_file)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SetUpError(f"deskctl {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout


def _company_domain(accounts: list[Account]) -> str:
    """Return the domain of the desk's first mail address."""
    for account in accounts:
        address = account.get("secrets", {}).get("address", account.get("name", ""))
        if account["channel"] == "email" and "@" in str(address):
            return str(address).rpartition("@")[2]
    return "frontline.example"


def say(text: str) -> None:
    print(f"→ {text}", flush=True)
