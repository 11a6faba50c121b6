/**
 * JSONata over what AWS answers. The API models settle names and types; how Step Functions writes a value in JSON is documented by
 * samples only, so these accept every form that the sources allow: a time as ISO 8601 with or without fractions of a second, with `Z`
 * or an offset, or in seconds since 1970; a member that is absent or null; one value where the model has a list.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */

/** A regular expression of JSONata: a time in ISO 8601. */
export const iso = "/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})$/";

/** A number below this is seconds since 1970, not milliseconds: in milliseconds it would be a day of 1970 to 1973. */
const firstMillis = "100000000000";

/** The time at a path, in milliseconds since 1970; nothing where there is none. A list of times gives a list. */
export const millis = (path: string): string =>
  `${path}.($type($) = 'number' ? ($number($) < ${firstMillis} ? $number($) * 1000 : $number($)) : $type($) = 'string' and $contains($, ${iso}) ? $toMillis($))`;

/** The text at a path, or `otherwise`: an absent or null member is not a text. */
export const text = (path: string, otherwise = "''"): string => `($type(${path}) = 'string' ? ${path} : ${otherwise})`;

/** The number at a path, or 0. */
export const number = (path: string): string => `($type(${path}) = 'number' ? ${path} : 0)`;
