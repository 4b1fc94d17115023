/** BS-06: exactly these four main choices. */
export type Frequency = 'Not Use' | 'Daily' | 'Weekly' | 'Monthly';

export type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday';

/**
 * When backups run by themselves. Times are wall-clock times `HH:MM` of the zone that is passed beside it.
 * Each kind carries only what it needs, so a further kind is a further member; the flat backup settings
 * can be passed as they are.
 */
export type Schedule =
  | { frequency: 'Not Use' }
  | { frequency: 'Daily'; time: string }
  | { frequency: 'Weekly'; time: string; weekday: Weekday }
  | { frequency: 'Monthly'; time: string /** 1 to 31; in a shorter month its last day. */; day: number };
