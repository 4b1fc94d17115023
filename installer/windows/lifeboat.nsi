; Installer of the backup service.
;   lifeboat-setup.exe /S [/PROFILE=C:\path\sysbackup.conf] [/PORT=4190] [/D=C:\Program Files\Lifeboat]
; Silent: /S. PROFILE: the conf of the product that brings Lifeboat along; it is taken only where there is none yet.
; Installing again over an older version is an upgrade: conf, state, journal and archives stay as they are.
!include common.nsh

Name "Lifeboat ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Lifeboat"
InstallDirRegKey HKLM "${UNINSTALL_KEYS}\Lifeboat" "InstallLocation"
VIAddVersionKey "ProductName" "Lifeboat"
VIAddVersionKey "FileDescription" "Lifeboat backup service, installer"

Var Data
Var GivenConf
Var Port
Var Ready

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Function .onInit
  !insertmacro FindData
  ${GetParameters} $R0
  ${GetOptions} $R0 "/PROFILE=" $GivenConf
  ${GetOptions} $R0 "/PORT=" $Port
  ${If} $Port == ""
    StrCpy $Port "4190"
  ${EndIf}
FunctionEnd

; What the host of the service is told, one value at a time.
!macro Service WORDS
  nsExec::ExecToLog '"$INSTDIR\lifeboat-service.exe" ${WORDS}'
  Pop $0
!macroend

; Windows' service control may be busy with what it was told before: asked again for ten seconds.
!macro RequireService WORDS
  !define /redef ID ${__LINE__}
  StrCpy $1 0
  again_${ID}:
  !insertmacro Service '${WORDS}'
  ${If} $0 != 0
    IntOp $1 $1 + 1
    ${If} $1 < 20
      Sleep 500
      Goto again_${ID}
    ${EndIf}
    DetailPrint 'The service Lifeboat could not be set up ($0): ${WORDS}'
    SetErrorLevel 2
    Abort
  ${EndIf}
!macroend

Section
  ; An upgrade: a backup that goes on ends as interrupted first, and leaves nothing half-made.
  ${If} ${FileExists} "$INSTDIR\lifeboat-service.exe"
    !insertmacro Service 'stop Lifeboat'
  ${EndIf}

  SetOutPath "$INSTDIR"
  File "${PROGRAMS}/lifeboat.exe"
  File "/oname=lifeboat-service.exe" "${SERVICE_HOST}"
  File "${LICENSES}"
  File "/oname=sysbackup.example.conf" "${EXAMPLE}"

  !insertmacro KeepPrivate "$Data"
  !insertmacro KeepPrivate "$Data\state"
  !insertmacro KeepPrivate "$Data\logs"
  !insertmacro KeepPrivate "$Data\backups"
  StrCpy $Ready "yes"
  ${IfNot} ${FileExists} "$Data\sysbackup.conf"
    ${If} $GivenConf != ""
      ClearErrors
      CopyFiles /SILENT "$GivenConf" "$Data\sysbackup.conf"
      ${If} ${Errors}
        DetailPrint "$GivenConf could not be copied to $Data\sysbackup.conf. Nothing is backed up before that file is there."
        SetErrorLevel 2
        Abort
      ${EndIf}
    ${Else}
      StrCpy $Ready "no"
    ${EndIf}
  ${EndIf}

  ; Where it is there already that is refused; what follows sets it as it is to be.
  !insertmacro Service 'install Lifeboat "$INSTDIR\lifeboat.exe"'
  !insertmacro RequireService 'set Lifeboat Application "$INSTDIR\lifeboat.exe"'
  !insertmacro RequireService 'set Lifeboat AppDirectory "$INSTDIR"'
  !insertmacro RequireService 'set Lifeboat AppParameters serve --port $Port'
  !insertmacro RequireService 'set Lifeboat AppEnvironmentExtra "LIFEBOAT_CONF=$Data\sysbackup.conf" "LIFEBOAT_STATE=$Data\state"'
  !insertmacro RequireService 'set Lifeboat DisplayName "Lifeboat backup service"'
  !insertmacro RequireService 'set Lifeboat Description "Backs up databases, folders and conf files of this server"'
  !insertmacro RequireService 'set Lifeboat AppStdout "$Data\logs\service.log"'
  !insertmacro RequireService 'set Lifeboat AppStderr "$Data\logs\service.log"'
  !insertmacro RequireService 'set Lifeboat AppRotateFiles 1'
  !insertmacro RequireService 'set Lifeboat AppRotateBytes 10485760'
  ; A stop is told by Ctrl+C; what a backup needs to leave nothing behind.
  !insertmacro RequireService 'set Lifeboat AppStopMethodConsole 30000'
  ${If} $Ready == "yes"
    !insertmacro RequireService 'set Lifeboat Start SERVICE_AUTO_START'
    !insertmacro Service 'start Lifeboat'
    ${If} $0 != 0
      DetailPrint "The service did not start. $Data\logs\service.log says why."
      SetErrorLevel 3
    ${EndIf}
  ${Else}
    !insertmacro RequireService 'set Lifeboat Start SERVICE_DEMAND_START'
    DetailPrint "Next: copy $INSTDIR\sysbackup.example.conf to $Data\sysbackup.conf and fill it in,"
    DetailPrint "then install again, or: sc config Lifeboat start= auto, net start Lifeboat."
  ${EndIf}

  CreateDirectory "$SMPROGRAMS\Lifeboat"
  WriteINIStr "$SMPROGRAMS\Lifeboat\Lifeboat settings page.url" "InternetShortcut" "URL" "http://127.0.0.1:$Port/"
  WriteUninstaller "$INSTDIR\uninstall-lifeboat.exe"
  !insertmacro ShowInControlPanel "Lifeboat" "Lifeboat backup service" "uninstall-lifeboat.exe"
SectionEnd

; Conf, state, journal and archives stay: they are what is needed when everything else is gone.
Section "Uninstall"
  !insertmacro FindData
  !insertmacro Service 'stop Lifeboat'
  !insertmacro Service 'remove Lifeboat confirm'
  Delete "$INSTDIR\lifeboat.exe"
  Delete "$INSTDIR\lifeboat-service.exe"
  Delete "$INSTDIR\THIRD-PARTY-LICENSES.txt"
  Delete "$INSTDIR\sysbackup.example.conf"
  Delete "$INSTDIR\uninstall-lifeboat.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Lifeboat\Lifeboat settings page.url"
  RMDir "$SMPROGRAMS\Lifeboat"
  DeleteRegKey HKLM "${UNINSTALL_KEYS}\Lifeboat"
  DetailPrint "Kept: $Data with sysbackup.conf, journal, state and archives, and archives in any other backup path."
SectionEnd
