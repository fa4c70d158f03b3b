"""Where the facts are from, in short form: publisher, document, and the state of it that was read."""

from __future__ import annotations

from typing import Final

FALCON: Final = "FalconForce FalconFriday 0xFF-0080 v2.4 (2025-09-02)"
FALCON_2020: Final = "FalconForce FalconFriday T1036.005-WIN-001 (2020-11-20)"
ELASTIC: Final = "elastic/detection-rules unusual_parentchild_relationship.toml (2026-07-06)"
ELASTIC_KERNEL: Final = "elastic/detection-rules unusual_system_vp_child_program.toml (14cf530)"
ELASTIC_LSASS: Final = "elastic/detection-rules via_snapshot_lsass_clone_creation.toml (14cf530)"
ELASTIC_SPOOLER: Final = "elastic/detection-rules unusual_printspooler_childprocess.toml (14cf530)"
ELASTIC_MRT: Final = "elastic/detection-rules PR #2294 (2022-09-13)"
ELASTIC_3377: Final = "elastic/detection-rules PR #3377 (2024-01-09)"
ELASTIC_4775: Final = "elastic/detection-rules PR #4775 (2025-06-05)"
ELASTIC_TRIAGE: Final = "elastic/detection-rules PR #6390, #6391, #6393, #6394 (July 2026, telemetry triage)"
ELASTIC_6696: Final = "elastic/detection-rules PR #6696 (2026-08-24)"
ENDPOINT: Final = "elastic/protections-artifacts suspicious_parent_child_relationship.toml (v1.0.44)"
ENDPOINT_SVCHOST: Final = "elastic/protections-artifacts potential_masquerading_as_svchost.toml (v1.0.38)"
ENDPOINT_DWM: Final = (
    "elastic/protections-artifacts unusual_desktop_window_manager_child_process.toml (9c334cf)"
)
ELASTIC_EDR_FREEZE: Final = "elastic/detection-rules edr_freeze_via_werfaultsecure.toml (14cf530)"
ELASTIC_WERFAULT: Final = "elastic/detection-rules masquerading_werfault.toml (14cf530)"
ELASTIC_WERFAULT_CHILD: Final = (
    "elastic/detection-rules masquerading_suspicious_werfault_childproc.toml (14cf530)"
)
ELASTIC_RUNDLL32: Final = "elastic/detection-rules rundll32_no_arguments.toml (14cf530)"
ELASTIC_ACCESSIBILITY: Final = (
    "elastic/detection-rules persistence_priv_escalation_via_accessibility_features.toml (14cf530)"
)
ELASTIC_CHILDLESS: Final = "elastic/detection-rules unusual_svchost_childproc_childless.toml (14cf530)"
ELASTIC_DNS: Final = "elastic/detection-rules lateral_movement_unusual_dns_service_children.toml (14cf530)"
ELASTIC_UPDATE: Final = "elastic/detection-rules update_orchestrator_service_hijack.toml (14cf530)"
ELASTIC_SYSTEM32: Final = "elastic/detection-rules masquerading_windows_system32_exe.toml (14cf530)"
ELASTIC_PPID: Final = "elastic/detection-rules via_ppid_spoofing.toml (14cf530)"
ENDPOINT_PPID: Final = "elastic/protections-artifacts parent_process_pid_spoofing.toml (9c334cf)"
ENDPOINT_PATH: Final = "elastic/protections-artifacts binary_masquerading_via_untrusted_path.toml (9c334cf)"
ENDPOINT_SERVICES: Final = (
    "elastic/protections-artifacts suspicious_execution_via_windows_services.toml (9c334cf)"
)
ENDPOINT_ARGUMENTS: Final = (
    "elastic/protections-artifacts network_connection_via_process_with_unusual_arguments.toml (9c334cf)"
)
ENDPOINT_SYSCALL: Final = (
    "elastic/protections-artifacts potential_operation_via_direct_syscall.toml (9c334cf)"
)
ENDPOINT_WSUS: Final = (
    "elastic/protections-artifacts suspicious_windows_server_update_service_child_process.toml (9c334cf)"
)
EQLLIB: Final = "endgameinc/eqllib T1093-parent-child-mismatch.toml (3024339)"
CAR: Final = "mitre-attack/car CAR-2020-11-004 (1b922fe)"
THREATHUNTING: Final = "olafhartong/ThreatHunting savedsearches.conf (807f1e7)"
SIGMA_PARENTS: Final = "SigmaHQ/sigma proc_creation_win_susp_parents.yml (8eaafff)"
SIGMA_WRONG: Final = "SigmaHQ/sigma proc_creation_win_susp_proc_wrong_parent.yml (8eaafff)"
SIGMA_SVCHOST: Final = "SigmaHQ/sigma proc_creation_win_svchost_uncommon_parent_process.yml (8eaafff)"
SIGMA_LSASS: Final = "SigmaHQ/sigma proc_creation_win_lsass_process_clone.yml (8eaafff)"
SIGMA_CONHOST: Final = "SigmaHQ/sigma proc_creation_win_conhost_uncommon_parent.yml (8eaafff)"
SIGMA_CONHOST_CHILD: Final = "SigmaHQ/sigma proc_creation_win_conhost_susp_child_process.yml (8eaafff)"
SIGMA_WERMGR: Final = "SigmaHQ/sigma proc_creation_win_wermgr_susp_child_process.yml (8eaafff)"
SIGMA_USERINIT: Final = "SigmaHQ/sigma proc_creation_win_userinit_uncommon_child_processes.yml (8eaafff)"
SIGMA_2560: Final = "SigmaHQ/sigma issue #2560 (2022-01-14)"
SIGMA_3208: Final = "SigmaHQ/sigma issue #3208"
SIGMA_319: Final = "SigmaHQ/sigma PR #319 (2019-04-16)"
SIGMA_4289: Final = "SigmaHQ/sigma PR #4289 (2023-06-05)"
SIGMA_4569: Final = "SigmaHQ/sigma issue #4569 (2023-11-14)"
SIGMA_SELF: Final = "SigmaHQ/sigma proc_creation_win_susp_parent_execute_itself.yml (8eaafff)"
SIGMA_ARGUMENTS: Final = (
    "SigmaHQ/sigma proc_creation_win_svchost_uncommon_command_line_flags.yml (2025-11, 8eaafff)"
)
SIGMA_DLLHOST: Final = "SigmaHQ/sigma proc_creation_win_dllhost_no_cli_execution.yml (8eaafff)"
SIGMA_RUNDLL32: Final = "SigmaHQ/sigma proc_creation_win_rundll32_no_params.yml (8eaafff)"
SIGMA_DIRECTORY: Final = "SigmaHQ/sigma proc_creation_win_susp_system_exe_anomaly.yml (2026-07-28, 8eaafff)"
SIGMA_IMAGELESS: Final = "SigmaHQ/sigma proc_creation_win_susp_image_missing.yml (2026-07-05, 8eaafff)"
SIGMA_SPOOLER: Final = "SigmaHQ/sigma proc_creation_win_spoolsv_susp_child_processes.yml (8eaafff)"
SIGMA_EVENTVWR: Final = "SigmaHQ/sigma proc_creation_win_eventvwr_susp_child_process.yml (8eaafff)"
SIGMA_WMI: Final = "SigmaHQ/sigma proc_creation_win_wmiprvse_spawning_process.yml (8eaafff)"
SIGMA_FREEZE: Final = "SigmaHQ/sigma proc_creation_win_werfaultsecure_abuse.yml (2025-11-23, 8eaafff)"
SIGMA_SPEECH: Final = "SigmaHQ/sigma proc_creation_win_speechruntime_child_process.yml (2025-10-23, 8eaafff)"
SIGMA_BAAUPDATE: Final = (
    "SigmaHQ/sigma proc_creation_win_baaupdate_susp_child_process.yml (2025-10-18, 8eaafff)"
)
SIGMA_SQL: Final = "SigmaHQ/sigma proc_creation_win_mssql_susp_child_process.yml (8eaafff)"
SIGMA_DNS: Final = "SigmaHQ/sigma proc_creation_win_dns_susp_child_process.yml (8eaafff)"
FIBRATUS_570: Final = "rabbitstack/fibratus issue #570 (2026-04-25, Windows 11, smss.exe to csrss.exe)"
WSA_257: Final = "microsoft/WSA issue #257 and microsoft/Windows-Sandbox issue #126 (vmmemCmZygote)"
SANDBOX_MEMORY: Final = (
    "DuoStream/Duo issue #163 (vmmemSandbox), and public scripts that wait for vmmemWindowsSandbox to end"
)
QUALCOMM: Final = "WOA-Project/Qualcomm-Reference-Drivers, qcpil*.inf (PlatformExecute, 761555e)"
HOTPATCH: Final = "Windows Server 2022 Datacenter: Azure Edition, hotpatch since 2022 (trade press, 2025)"
SPLUNK: Final = "splunk/security_content Windows Svchost.exe Parent Process Anomaly (2025)"
VELOCIRAPTOR: Final = "Velocidex/velociraptor Windows.Attack.ParentProcess (cd02ac6)"
OSQUERY_ATTCK: Final = "teoseller/osquery-attck windows-incorrect_parent_process.conf (6df5f75)"
MALPROCFIND: Final = "volatilityfoundation/community malprocfind.py (d9fc072)"
MALSYSPROC: Final = "malsysproc.py, Jared Atkinson (Volatility 2 plugin)"
VOLDIFF: Final = "volatilityfoundation/community VolDiff.py (d9fc072)"
WAZUH: Final = "wazuh/wazuh-ruleset 0595-win-sysmon_rules.xml (908c90b)"
CHRONICLE: Final = "chronicle/detection-rules sans_poster_known_normal___find_evil (19793eb)"
SANS: Final = "SANS Hunt Evil poster"
GENEALOGY: Final = "13Cubed Windows Process Genealogy v2"
ECHOTRAIL: Final = "EchoTrail parents of svchost.exe (docs.limacharlie.io)"
LOLBAS: Final = "LOLBAS Conhost.yml (3403b33)"
OPENSSH: Final = "PowerShell/openssh-portable, ConPTY start of a shell (win32compat)"
ATTACK_PPID: Final = "MITRE ATT&CK T1134.004 and DET0489 (v18.1)"
WINDOWS_INTERNALS: Final = "Windows Internals, 7th edition, parts 1 and 2"
ANALOGY: Final = "by analogy with its successor; no published table has it"
PROTECTED: Final = (
    "inference: Windows Internals has WerFaultSecure dump protected processes, this rests on their crashing"
)
AJOUR: Final = "AjourVolAutolity, overview of parents and children in memory images (README)"
RECORDED: Final = "recorded public telemetry (more than 31,000 process creations, 21 data sets)"
