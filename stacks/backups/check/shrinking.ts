import { jsonata } from "../../workflows/definition";
import { datum, publishData } from "../../workflows/metrics";
import { branch } from "../../workflows/states";
import type { Step } from "../../workflows/steps";

/** How many backups the latest one is compared with, itself included: four of a new size are the median of seven. */
export const comparedBackups = 7;

/** Below this median, in bytes, sizes say nothing: AWS rounds them to megabytes. */
const smallestMedian = 10 * 1024 * 1024;

/** JSONata: sizes as AWS writes them, "12 MB", summed in bytes; nothing where it reports none. */
export const bytesOf = (sizes: string): string => `$sum(${sizes}.(
  $parts := $match($string($), /^([0-9.]+) *([KMGT]?)B/i);
  $number($parts.groups[0]) * $lookup({'': 1, 'K': 1024, 'M': 1048576, 'G': 1073741824, 'T': 1099511627776}, $uppercase($parts.groups[1]))
))`;

const shrinkPercent = `(
  $sizes := [$cache.lastSizes.(${bytesOf("sizes")})[$ >= 0]];
  $median := $sort($sizes)[${(comparedBackups - 1) / 2}];
  $count($sizes) = ${comparedBackups} and $median >= ${smallestMedian} ? $max([0, (1 - $sizes[0] / $median) * 100])
)`;

/**
 * By how much the latest automatic backup is smaller than usual: data that was deleted or lost shows in its size. Says nothing while
 * there are fewer backups, or small ones.
 */
export const shrinking: Step = {
  name: "CheckBackupSizes",
  branch: branch("CompareSizes", {
    CompareSizes: {
      Type: "Pass",
      Assign: {
        shrunk: jsonata(
          `[$filter([${datum("SnapshotShrinkPercent", "None", shrinkPercent)}], function($datum) { $exists($datum.Value) })]`,
        ),
      },
      Next: "AreSizesComparable",
    },
    AreSizesComparable: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($shrunk) > 0"), Next: "PublishShrinking" }],
      Default: "SizesChecked",
    },
    PublishShrinking: { ...publishData(jsonata("$shrunk")), Next: "SizesChecked" },
    SizesChecked: { Type: "Succeed" },
  }),
};
