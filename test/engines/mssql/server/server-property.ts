import type { Value } from '../tds/column-types.ts';
import type { ServerState } from './model.ts';

/** SERVERPROPERTY: NULL for a name that it does not know, as on the real server. */
export function serverProperty(state: ServerState, name: string): Value {
  const [major, minor, build] = state.version;
  switch (name.toLowerCase()) {
    case 'productversion':
      return `${major}.${minor}.${build}.6`;
    case 'productmajorversion':
      return String(major);
    case 'productlevel':
      return 'RTM';
    case 'edition':
      return state.edition;
    case 'engineedition':
      return state.engineEdition;
    case 'servername':
      return state.instance === undefined ? state.name : `${state.name}\\${state.instance}`;
    case 'machinename':
    case 'computernamephysicalnetbios':
      return state.name;
    case 'instancename':
      return state.instance ?? null;
    case 'instancedefaultdatapath':
    case 'instancedefaultlogpath':
      return state.dataPath;
    case 'instancedefaultbackuppath':
      // Known since 2019; before, it is in the registry.
      return major < 15 ? null : state.backupPath;
    case 'collation':
      return 'SQL_Latin1_General_CP1_CI_AS';
    case 'ishadrenabled':
    case 'isclustered':
    case 'issingleuser':
    case 'isintegratedsecurityonly':
      return 0;
    default:
      return null;
  }
}
