; Installer of the restore tool. It needs neither the service nor the system; lifeboat-restore.exe alone, on a USB stick, is the
; same program.
;   lifeboat-restore-setup.exe /S [/D=C:\Program Files\Lifeboat restore]
!include common.nsh

Name "Lifeboat restore ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Lifeboat restore"
InstallDirRegKey HKLM "${UNINSTALL_KEYS}\LifeboatRestore" "InstallLocation"
VIAddVersionKey "ProductName" "Lifeboat restore"
VIAddVersionKey "FileDescription" "Lifeboat restore tool, installer"

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Section
  SetShellVarContext all
  SetOutPath "$INSTDIR"
  File "${PROGRAMS}/lifeboat-restore.exe"
  File "${LICENSES}"
  CreateDirectory "$SMPROGRAMS\Lifeboat"
  ; By the command interpreter: the window stays open with what the wizard said last.
  CreateShortcut "$SMPROGRAMS\Lifeboat\Lifeboat restore.lnk" "$SYSDIR\cmd.exe" '/k ""$INSTDIR\lifeboat-restore.exe""'
  WriteUninstaller "$INSTDIR\uninstall-lifeboat-restore.exe"
  !insertmacro ShowInControlPanel "LifeboatRestore" "Lifeboat restore tool" "uninstall-lifeboat-restore.exe"
SectionEnd

Section "Uninstall"
  SetShellVarContext all
  Delete "$INSTDIR\lifeboat-restore.exe"
  Delete "$INSTDIR\THIRD-PARTY-LICENSES.txt"
  Delete "$INSTDIR\uninstall-lifeboat-restore.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Lifeboat\Lifeboat restore.lnk"
  RMDir "$SMPROGRAMS\Lifeboat"
  DeleteRegKey HKLM "${UNINSTALL_KEYS}\LifeboatRestore"
SectionEnd
