"""What the second edition adds to the relations: for each addition something that must pass, and not pass."""

# ruff: noqa: E501 - one case a line reads best

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from parentchild import catalog
from parentchild.events import Process, ProcessCreated
from parentchild.relations.evaluation import Reason, Verdict
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.severity import Severity

DEFAULT = catalog.DEFAULT_RELATIONS
WMI = DEFAULT | catalog.OPTIONAL_PACKS["wmi"]
EXPOSED = DEFAULT | catalog.OPTIONAL_PACKS["exposed-services"]
S32 = "C:\\Windows\\System32\\"
TEMP = "C:\\Windows\\Temp\\"


def at(path: str, arguments: str = "", *, integrity: str | None = None, signer: str | None = None) -> Process:
    """Return a process by its path and arguments; the line is quoted, as most programs quote it."""
    name = path.rpartition("\\")[2]
    line = f'"{path}" {arguments}'.strip()
    return Process(name, path=path, command_line=line, integrity=integrity, signer=signer)


def host(group: str) -> Process:
    return Process(
        "svchost.exe", path=f"{S32}svchost.exe", command_line=rf"C:\Windows\system32\svchost.exe {group}"
    )


PASSES = [
    ("1 winlogon: screen saver", DEFAULT, at(f"{S32}Mystify.scr", "/s"), at(f"{S32}winlogon.exe")),
    ("1 winlogon: sticky keys", DEFAULT, at(f"{S32}sethc.exe", "211"), at(f"{S32}winlogon.exe")),
    ("1 winlogon: displays", DEFAULT, at(f"{S32}DisplaySwitch.exe"), at(f"{S32}winlogon.exe")),
    ("1 winlogon: task manager", DEFAULT, at(f"{S32}LaunchTM.exe", "/2"), at(f"{S32}winlogon.exe")),
    ("1 taskhostw: .NET", DEFAULT, at(r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngentask.exe", "/x"),
     at(f"{S32}taskhostw.exe")),
    ("1 spoolsv: 32-bit printing", DEFAULT, at(r"C:\Windows\splwow64.exe", "8192"), at(f"{S32}spoolsv.exe")),
    ("1 spoolsv: driver", DEFAULT,
     at(f"{S32}regsvr32.exe", rf"/s {S32}spool\drivers\x64\3\PrintConfig.dll"), at(f"{S32}spoolsv.exe")),
    ("1 eventvwr: console", DEFAULT, at(f"{S32}mmc.exe", f"{S32}eventvwr.msc"), at(f"{S32}eventvwr.exe")),
    ("1 dwm: crash", DEFAULT, at(f"{S32}WerFault.exe", "-u -p 4 -s 8"), at(f"{S32}dwm.exe")),
    ("1 wininit: fonts", DEFAULT, at(f"{S32}fontdrvhost.exe"), at(f"{S32}wininit.exe")),
    ("2 svchost with its group", DEFAULT, at(f"{S32}svchost.exe", "-k netsvcs -p"), at(f"{S32}services.exe")),
    ("2 Defender starts a bare svchost", DEFAULT, at(f"{S32}svchost.exe"),
     at(r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.1-0\MsMpEng.exe")),
    ("2 the removal tool starts a bare svchost", DEFAULT, at(f"{S32}svchost.exe"), at(f"{S32}MRT.exe", "/Q")),
    ("2 servicing starts its worker", DEFAULT, at(r"C:\Windows\WinSxS\amd64_x\TiWorker.exe"),
     at(r"C:\Windows\servicing\TrustedInstaller.exe")),
    ("2 a quote that is never closed", DEFAULT,
     Process("rundll32.exe", path=f"{S32}rundll32.exe", command_line=f'"{S32}rundll32.exe shell32.dll,Control_RunDLL'),
     at(r"C:\Windows\explorer.exe")),
    ("2 error reports are sent", DEFAULT, at(f"{S32}wermgr.exe", "-upload"), host("-k netsvcs -p -s Schedule")),
    ("3 a broker by the DCOM launcher", DEFAULT, at(f"{S32}RuntimeBroker.exe", "-Embedding"), host("-k DcomLaunch -p")),
    ("3 consent by a host that names no service", DEFAULT, at(f"{S32}consent.exe", "868 324 01BA5E70"),
     host("-k netsvcs -p")),
    ("3 a host whose line is not known", DEFAULT, at(f"{S32}taskhostw.exe"), Process("svchost.exe")),
    ("4 an upgrade", DEFAULT, at(r"C:\$WINDOWS.~BT\NewOS\Windows\System32\cmd.exe", "/c x"), at(f"{S32}cmd.exe")),
    ("4 an update that is being unpacked", DEFAULT,
     at(r"C:\Windows\SoftwareDistribution\Download\0a1b\bcdedit.exe", "/enum"), at(f"{S32}wuauclt.exe")),
    ("4 regsvr32 that an installer brought", DEFAULT, at(r"C:\Program Files\Acme\bin\regsvr32.exe", "/s a.dll"),
     at(r"C:\Program Files\Acme\setup.exe")),
    ("5 a vendor's service", DEFAULT, at(r"C:\Program Files\Acme\agent.exe"), at(f"{S32}services.exe")),
    ("5 an agent below ProgramData", DEFAULT, at(r"C:\ProgramData\Acme\agent\agent.exe"), at(f"{S32}services.exe")),
    ("5 Windows Installer", DEFAULT, at(f"{S32}msiexec.exe", "/V"), at(f"{S32}services.exe")),
    ("5 Windows Installer without command lines", DEFAULT, Process("msiexec.exe", path=f"{S32}msiexec.exe"),
     Process("services.exe")),
    ("6 WMI without the pack", DEFAULT, at(f"{S32}cmd.exe", "/c x"), at(f"{S32}wbem\\WmiPrvSE.exe", "-Embedding")),
    ("6 WMI: deployment images", WMI, at(rf"{TEMP}3F2504E0-4F89-41D3-9A0C-0305E82C3301\DismHost.exe", "x"),
     at(f"{S32}wbem\\WmiPrvSE.exe", "-Embedding")),
    ("7 error reporting dumps a protected process", DEFAULT,
     at(f"{S32}WerFaultSecure.exe", "-protectedcrash -p 4242"), host("-k WerSvcGroup")),
    ("7 an application is started again", DEFAULT, at(r"C:\Program Files\Acme\acme.exe", "/restart"),
     at(f"{S32}WerFault.exe", "-u -p 4242 -s 8")),
    ("7 an application of a user is started again", DEFAULT,
     at(r"C:\Users\ann\AppData\Local\Acme\acme.exe", "/restart"), at(f"{S32}WerFault.exe", "-u -p 4242 -s 8")),
    ("8 a childless service crashed", DEFAULT, at(f"{S32}WerFault.exe", "-u -p 4242 -s 8"),
     host("-k netsvcs -p -s IKEEXT")),
    ("8 the reliability diagnosis", DEFAULT, at(f"{S32}RelPost.exe"),
     host("-k LocalSystemNetworkRestricted -p -s WdiSystemHost")),
    ("8 another service", DEFAULT, at(f"{S32}cmd.exe", "/c x"), host("-k netsvcs -p -s Schedule")),
    ("10 web applications without the pack", DEFAULT, at(f"{S32}cmd.exe", "/c x"), at(f"{S32}inetsrv\\w3wp.exe", "-ap x")),
    ("10 a web application is compiled", EXPOSED, at(r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe", "/x"),
     at(f"{S32}inetsrv\\w3wp.exe", "-ap x")),
]  # fmt: skip

FAILS = [
    ("1 shell of winlogon", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}winlogon.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 credential provider's helper", DEFAULT, at(r"C:\Program Files\Acme\acme.exe"), at(f"{S32}winlogon.exe"),
     Reason.UNEXPECTED_CHILD, Severity.LOW),
    ("1 shell of taskhostw", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}taskhostw.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 shell of spoolsv", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}spoolsv.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 other library by the spooler", DEFAULT, at(f"{S32}regsvr32.exe", r"/s C:\Temp\a.dll"), at(f"{S32}spoolsv.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 child of eventvwr", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}eventvwr.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 shell of dwm", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}dwm.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("1 shell of wininit", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}wininit.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("2 a bare svchost", DEFAULT, at(f"{S32}svchost.exe"), at(f"{S32}services.exe"), Reason.UNEXPECTED_ARGUMENTS, Severity.HIGH),
    ("2 the words elsewhere in the line", DEFAULT,
     at(f"{S32}svchost.exe", '"x -k netsvcs"'), at(f"{S32}services.exe"), Reason.UNEXPECTED_ARGUMENTS, Severity.HIGH),
    ("2 a bare dllhost", DEFAULT, at(f"{S32}dllhost.exe"), host("-k DcomLaunch -p"), Reason.UNEXPECTED_ARGUMENTS, Severity.MEDIUM),
    ("2 a bare COM server", DEFAULT, at(f"{S32}RuntimeBroker.exe"), host("-k DcomLaunch -p"),
     Reason.UNEXPECTED_ARGUMENTS, Severity.MEDIUM),
    ("2 a bare rundll32", DEFAULT, at(f"{S32}rundll32.exe"), at(r"C:\Program Files\x\x.exe"),
     Reason.UNEXPECTED_ARGUMENTS, Severity.MEDIUM),
    ("2 a bare WerFault", DEFAULT, at(f"{S32}WerFault.exe"), at(r"C:\Program Files\x\x.exe"),
     Reason.UNEXPECTED_ARGUMENTS, Severity.MEDIUM),
    ("3 a broker by another group", DEFAULT, at(f"{S32}RuntimeBroker.exe", "-Embedding"), host("-k netsvcs -p -s Schedule"),
     Reason.UNEXPECTED_PARENT, Severity.MEDIUM),
    ("3 consent by another service", DEFAULT, at(f"{S32}consent.exe", "868 324 01BA5E70"), host("-k netsvcs -p -s Schedule"),
     Reason.UNEXPECTED_PARENT, Severity.MEDIUM),
    ("3 taskhostw by the DCOM launcher", DEFAULT, at(f"{S32}taskhostw.exe"), host("-k DcomLaunch -p"),
     Reason.UNEXPECTED_PARENT, Severity.MEDIUM),
    ("3 sihost by another service", DEFAULT, at(f"{S32}sihost.exe"), host("-k netsvcs -p -s Appinfo"),
     Reason.UNEXPECTED_PARENT, Severity.LOW),
    ("4 certutil of a user", DEFAULT, at(r"C:\Users\Public\certutil.exe", "-decode a b"), at(f"{S32}cmd.exe"),
     Reason.MISPLACED_IMAGE, Severity.MEDIUM),
    ("4 where updates keep no programs", DEFAULT, at(r"C:\Windows\SoftwareDistribution\mshta.exe", "x"), at(f"{S32}cmd.exe"),
     Reason.MISPLACED_IMAGE, Severity.MEDIUM),
    ("5 a service of a user", DEFAULT, at(r"C:\Users\ann\AppData\Local\a\b\c\d\e\f\g\x.exe"), at(f"{S32}services.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("5 a service path without quotes", DEFAULT, at(r"C:\Program.exe"), at(f"{S32}services.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("5 a shell as a service", DEFAULT, at(f"{S32}cmd.exe", r"/c echo x > \\.\pipe\x"), at(f"{S32}services.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("5 a library as a service", DEFAULT, at(f"{S32}rundll32.exe", "x.dll,a"), at(f"{S32}services.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("5 another use of Windows Installer as a service", DEFAULT, at(f"{S32}msiexec.exe", "/q /i http://192.0.2.1/a.msi"),
     at(f"{S32}services.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("6 a shell through WMI", WMI, at(f"{S32}cmd.exe", "/c x"), at(f"{S32}wbem\\WmiPrvSE.exe", "-Embedding"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("7 a security product is frozen", DEFAULT, at(f"{S32}WerFaultSecure.exe", "/h /pid 1 /tid 2"),
     at(r"C:\Users\ann\x.exe"), Reason.UNEXPECTED_PARENT, Severity.MEDIUM),
    ("7 a monitor of silent exits", DEFAULT, at(rf"{TEMP}x.exe"), at(f"{S32}WerFault.exe", "-s -t 1 -i 2 -e 2 -c 0"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("7 a shell of the crash handler", DEFAULT, at(f"{S32}cmd.exe"), at(f"{S32}WerFault.exe", "-s -t 1 -i 2 -e 2 -c 0"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("8 a child of a childless service", DEFAULT, at(f"{S32}net.exe", "user x y /add"), host("-k netsvcs -p -s IKEEXT"),
     Reason.UNEXPECTED_CHILD, Severity.MEDIUM),
    ("10 a web shell", EXPOSED, at(f"{S32}cmd.exe", "/c x"), at(f"{S32}inetsrv\\w3wp.exe", "-ap x"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("10 xp_cmdshell", EXPOSED, at(f"{S32}cmd.exe", "/c x"), at(r"C:\Program Files\Microsoft SQL Server\x\sqlservr.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("10 a child of the name server", EXPOSED, at(f"{S32}cmd.exe"), at(f"{S32}dns.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("10 a child of WSUS", EXPOSED, at(f"{S32}whoami.exe"), at(r"C:\Program Files\Update Services\Services\WsusService.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("10 speech recognition", EXPOSED, at(f"{S32}calc.exe"), at(f"{S32}Speech_OneCore\\common\\SpeechRuntime.exe"),
     Reason.UNEXPECTED_CHILD, Severity.HIGH),
    ("10 BitLocker's helper", EXPOSED, at(f"{S32}cmd.exe"), at(f"{S32}baaupdate.exe"), Reason.UNEXPECTED_CHILD, Severity.HIGH),
]  # fmt: skip


@pytest.mark.parametrize(
    ("registry", "child", "parent"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES]
)
def test_passes(registry: RelationRegistry, child: Process, parent: Process) -> None:
    assert registry.verdict(child, parent) is not Verdict.MISMATCH


@pytest.mark.parametrize(
    ("registry", "child", "parent", "reason", "severity"),
    [case[1:] for case in FAILS],
    ids=[case[0] for case in FAILS],
)
def test_is_found(
    registry: RelationRegistry, child: Process, parent: Process, reason: Reason, severity: Severity
) -> None:
    found = registry.evaluate(child, parent)
    assert reason in found.reasons
    assert found.severity >= severity


def test_every_addition_has_examples_of_both_kinds() -> None:
    additions = {"1", "2", "3", "4", "5", "6", "7", "8", "10"}
    for cases in (PASSES, FAILS):
        assert {str(case[0]).partition(" ")[0] for case in cases} == additions


CHILDLESS = ("IKEEXT", "WpnService", "EventLog", "CryptSvc")


@pytest.mark.parametrize("service", CHILDLESS)
def test_a_service_is_known_by_its_name_in_any_case(service: str) -> None:
    found = DEFAULT.evaluate("whoami.exe", host(f"-k x -s {service.upper()}"))
    assert found.reasons == (Reason.UNEXPECTED_CHILD,)


# corrections -------------------------------------------------------------------------------------------


def test_a_path_that_only_begins_like_a_vendors_is_not_the_vendors() -> None:
    """Class 21 of the evasions."""
    for pack, child, right in (
        ("workplace", "spoolsv.exe",
         r"C:\Program Files (x86)\Workplace\Components\WorkplaceContainerComponent\Current\Workplace Starter.exe"),
        ("sophos", "svchost.exe", r"C:\Program Files\Sophos\Sophos Anti-Virus\SavService.exe"),
        ("unity", "svchost.exe", r"C:\Program Files (x86)\Unity Client\Unity.exe"),
    ):  # fmt: skip
        registry = DEFAULT | catalog.vendor(pack)
        name = right.rpartition("\\")[2]
        line = f"{child} -k x"
        for path, expected in (
            (right, Verdict.EXPECTED),
            (right.replace("Program Files", "Program FilesX"), Verdict.MISMATCH),
            (rf"C:\Temp\{name}", Verdict.MISMATCH),
            (right.replace("C:", "E:"), Verdict.MISMATCH),
        ):
            parent = Process(name, path=path)
            assert registry.verdict(Process(child, command_line=line), parent) is expected, path


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (at(f"{S32}SearchProtocolHost.exe", "x"),
         at(f"{S32}rundll32.exe", r"C:\Users\ann\evil.dll,Run AppXDeploymentExtensions.OneCore.dll,ShellRefresh")),
        (at(f"{S32}consent.exe", "1 2 3"),
         at(f"{S32}rundll32.exe", r"C:\Users\ann\evil.dll,Run SHCreateLocalServerRunDll {9BA05972-F6A8-11CF-A442-00A0C90A8F39}")),
        (at(f"{S32}rundll32.exe", r"C:\Users\ann\evil.dll,Run WerConCpl.dll, LaunchErcApp"), at(f"{S32}wermgr.exe", "-upload")),
    ],
)  # fmt: skip
def test_words_in_a_line_do_not_excuse_another_library(child: Process, parent: Process) -> None:
    """Class 12 of the evasions."""
    assert DEFAULT.verdict(child, parent) is Verdict.MISMATCH


def test_the_shell_host_starts_itself_again_where_both_paths_are_known() -> None:
    both = at(f"{S32}sihost.exe")
    assert DEFAULT.verdict(both, both) is Verdict.EXPECTED
    assert DEFAULT.verdict("sihost.exe", "sihost.exe") is Verdict.MISMATCH
    elsewhere = at(r"C:\Users\ann\sihost.exe")
    assert DEFAULT.verdict(elsewhere, both) is Verdict.MISMATCH
    assert DEFAULT.verdict("ShellHost.exe", "sihost.exe", windows="11 24H2") is Verdict.EXPECTED
    assert DEFAULT.verdict("ShellHost.exe", "cmd.exe", windows="11 24H2") is Verdict.MISMATCH


def test_server_2022_patches_without_a_restart() -> None:
    assert DEFAULT.verdict("HotPatch", "System", windows="Server 2022") is Verdict.EXPECTED
    assert DEFAULT.verdict("HotPatch", "System", windows="Server 2019") is Verdict.MISMATCH


@pytest.mark.parametrize(
    "name", ["vmmem", "vmmemWSL", "vmmemCmZygote", "vmmemWindowsSandbox", "vmmemSandbox"]
)
def test_memory_of_virtual_machines_belongs_to_the_kernel(name: str) -> None:
    assert DEFAULT.verdict(name, "System") is Verdict.EXPECTED


def test_error_reporting_starts_itself_with_arguments_alone() -> None:
    parent = at(f"{S32}wermgr.exe", "-upload")
    assert DEFAULT.verdict(at(f"{S32}wermgr.exe", "-queuereporting"), parent) is Verdict.EXPECTED
    assert DEFAULT.verdict(at(f"{S32}wermgr.exe"), parent) is Verdict.MISMATCH


@pytest.mark.parametrize("line", ["-Embedding", "-secured -Embedding", "", "/regserver"])
def test_the_host_of_wmi_providers_is_started_by_com_or_without_arguments(line: str) -> None:
    child, parent = at(f"{S32}wbem\\WmiPrvSE.exe", line), host("-k DcomLaunch -p")
    assert DEFAULT.verdict(child, parent) is Verdict.EXPECTED


@pytest.mark.parametrize(
    "line", ["-nop -w hidden", "x-Embedding", '"x -Embedding"', "-EmbeddingX", "--Embedding"]
)
def test_other_arguments_of_the_host_of_wmi_providers_are_a_mismatch(line: str) -> None:
    child, parent = at(f"{S32}wbem\\WmiPrvSE.exe", line), host("-k DcomLaunch -p")
    assert DEFAULT.evaluate(child, parent).reasons == (Reason.UNEXPECTED_ARGUMENTS,)


def test_the_sink_of_wmi_calls_is_a_com_server() -> None:
    parent = host("-k DcomLaunch -p")
    assert DEFAULT.verdict(at(f"{S32}wbem\\unsecapp.exe", "-Embedding"), parent) is Verdict.EXPECTED
    found = DEFAULT.evaluate(at(f"{S32}wbem\\unsecapp.exe"), parent)
    assert found.reasons == (Reason.UNEXPECTED_ARGUMENTS,)


def test_a_switch_of_the_childs_own_excuses_no_parent() -> None:
    """One product lets anybody start `WmiPrvSE.exe /regserver` as SYSTEM; but whoever does writes the switch."""
    child = at(f"{S32}wbem\\WmiPrvSE.exe", "/regserver", integrity="System")
    assert DEFAULT.verdict(child, at(f"{S32}cmd.exe")) is Verdict.EXPECTED
    assert DEFAULT.verdict(child, at(r"C:\Users\ann\x.exe")) is Verdict.MISMATCH


@pytest.mark.parametrize("name", ["QcSkExt7180.exe", "QcSkExt8380.exe"])
def test_the_secure_kernel_of_a_qualcomm_platform_has_a_pack(name: str) -> None:
    registry = DEFAULT | catalog.vendor("qualcomm")
    store = rf"C:\Windows\System32\DriverStore\FileRepository\qcpil.inf_arm64_0a1b\{name}"
    assert registry.verdict(at(store), "smss.exe") is Verdict.EXPECTED
    assert DEFAULT.verdict(at(store), "smss.exe") is Verdict.MISMATCH
    assert registry.verdict(at(rf"C:\Windows\Temp\{name}"), "smss.exe") is Verdict.MISMATCH


def test_a_products_own_services_exe_is_excluded_by_path_and_signer_alone() -> None:
    (exclusion,) = catalog.VENDOR_EXCLUSIONS["lepide"]

    def covers(child: Process, parent: Process) -> bool:
        event = ProcessCreated(
            timestamp=datetime(2026, 3, 2, tzinfo=timezone.utc), device="d", process=child, parent=parent
        )
        return exclusion.covers(event, DEFAULT.evaluate(child, parent))

    agent = at(r"C:\Windows\LFSAgent\lasrv.exe")
    own = at(r"C:\Windows\LFSAgent\services.exe", signer="LEPIDE SOFTWARE PRIVATE LIMITED")
    assert covers(own, agent)
    assert not covers(at(r"C:\Windows\LFSAgent\services.exe", signer="Acme"), agent)
    assert not covers(own, at(r"C:\Temp\lasrv.exe"))


@pytest.mark.parametrize("product", sorted(catalog.VENDOR_EXCLUSIONS))
def test_an_exclusion_of_a_product_says_where_that_is_known_from(product: str) -> None:
    for exclusion in catalog.VENDOR_EXCLUSIONS[product]:
        assert "elastic/" in exclusion.reason
        assert exclusion.signer or exclusion.child_path or exclusion.parent_path
