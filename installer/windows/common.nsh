; What both installers share. VERSION, PROGRAMS (folder of the executables), LICENSES and OUT come from make-windows-installer.ts.
Unicode true
Target amd64-unicode
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel admin
SetCompressor /SOLID lzma
SetDateSave off
ShowInstDetails show
ShowUninstDetails show
XPStyle on

!include LogicLib.nsh
!include FileFunc.nsh

!define UNINSTALL_KEYS "Software\Microsoft\Windows\CurrentVersion\Uninstall"

; SYSTEM and Administrators, by their numbers: their names differ with the language of Windows. Nobody else gets in, since
; archives, conf and state hold every key and password of the system.
!macro KeepPrivate FOLDER
  CreateDirectory "${FOLDER}"
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "${FOLDER}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F /grant:r *S-1-5-32-544:(OI)(CI)F'
  Pop $0
  ${If} $0 != 0
    DetailPrint "The access rights of ${FOLDER} could not be set ($0). Set them by hand: SYSTEM and Administrators, nobody else."
    SetErrorLevel 3
  ${EndIf}
!macroend

; Programs ask for the folder of the machine's data by its variable, not by a place in the profile of who installs.
!macro FindData
  SetShellVarContext all
  StrCpy $Data "$APPDATA\Lifeboat"
!macroend

!macro ShowInControlPanel KEY TITLE UNINSTALLER
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "Publisher" "The Lifeboat authors"
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr HKLM "${UNINSTALL_KEYS}\${KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEYS}\${KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEYS}\${KEY}" "NoRepair" 1
!macroend

VIProductVersion "${VERSION}.0"
VIAddVersionKey "CompanyName" "The Lifeboat authors"
VIAddVersionKey "LegalCopyright" "MIT License"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
