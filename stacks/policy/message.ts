import { expression } from "../terraform/expression";
import { exemptionTag, findings } from "./findings";

/**
 * The most clusters that a message lists. With the longest names and all findings that is about 30 KB of the 256 KB that SNS takes;
 * nobody reads more than that in an email.
 */
const mostListed = 50;

/** A string of JSONata. */
const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

/** JSONata: at most `mostListed` of some names. */
const names = (of: string): string => `$join(${of}[[0..${mostListed - 1}]], ', ')`;

/**
 * JSONata: the message. It reads `$violations`, `$exempt`, `$counts`, `$notEvaluated`, `$busy`, `$trial`, `$at`, `$added`, `$gone`,
 * `$known`, `$subject`.
 */
export const message = `(
  $sentences := function($cluster) {
    $cluster.(
      $codes := found;
      $exists(busy) ? $join(found, ', ') & ', as last reported; the cluster was busy, so nothing newer is known' : $join([${findings.map(({ code, sentence }) => `'${code}' in $codes ? (${sentence})`).join(", ")}], '; ')
    )
  };
  $listed := function($clusters, $all, $ending) {
    $join([
      $clusters[[0..${mostListed - 1}]].('  ' & id & ': ' & $ending($)),
      $all > ${mostListed} ? '  … and ' & $string($all - ${mostListed}) & ' more; the output of the execution lists ' & ($all > $count($clusters) ? 'the first ' & $string($count($clusters)) & '.' : 'all of them.')
    ], '\\n')
  };
  $codes := [${findings.map(({ code }) => `$counts.${code} > 0 ? '${code}'`).join(", ")}];
  $join([
    $subject & '.',
    $trial ? 'This is a trial, evaluated as of ' & $fromMillis($at) & '.',
    $counts.violations > 0 ? $listed($violations, $counts.violations, $sentences),
    $count($added) > 0 and $count($gone) + $count($known) > 0 ? 'New or changed since the last message: ' & ${names("$added")} & '.',
    $count($gone) > 0 ? 'No longer listed: ' & ${names("$gone")} & '.',
    $count($notEvaluated) > 0 ? 'Not evaluated, because they were being changed or backed up for more than an hour: ' & ${names("$notEvaluated")} & '.',
    $counts.exempt > 0 ? 'Exempt by their tag ${exemptionTag}:\\n' & $listed($exempt, $counts.exempt, function($cluster) { $cluster.exempt & ' (' & $sentences($cluster) & ')' }),
    $counts.violations > 0 ? 'What to do:\\n' & $join([${findings
      .map(({ code, remedy }) => `'${code}' in $codes ? ${quoted(`  ${code}: ${remedy}`)}`)
      .join(", ")}], '\\n'),
    $counts.violations > 0 ? 'To exempt a cluster, tag it with the reason: aws elasticache add-tags-to-resource --region ${expression("local.region")} --resource-name <arn> --tags "Key=${exemptionTag},Value=<reason>"',
    'Runbook: \${local.runbook}#findings'
  ], '\\n\\n')
)`;

/** JSONata: the subject, at most 100 characters. */
export const subject = `($trial ? 'Trial: ' : '') & (
  $counts.violations = 0
    ? 'Redis backup policy: no findings any more ('
    : 'Redis backup policy: findings on ' & $string($counts.violations) & ' of ' & $string($evaluated + $count($busy)) & ' clusters ('
) & $place & ')'`;

/** JSONata: the message as Amazon Q Developer in chat applications shows it; a description has 8,000 characters at most. */
export const chatMessage = `$string({
  'version': '1.0', 'source': 'custom',
  'content': { 'textType': 'client-markdown', 'title': $subject, 'description': $length($text) > 7900 ? $substring($text, 0, 7900) & ' … (truncated; the email has all of it)' : $text }
})`;
