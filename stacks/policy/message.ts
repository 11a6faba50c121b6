import { exemptionTag, findings } from "./findings";

/**
 * The most clusters that a message lists. With the longest names and all findings that is about 30 KB of the 256 KB that SNS takes;
 * more than that nobody reads in an email.
 */
const mostListed = 50;

/** A string of JSONata. */
const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

/** JSONata of the message that people get; reads `$wrong`, `$exempt`, `$checked`, `$notJudged`, `$trial`, `$at`, `$added`, `$gone`, `$place`. */
export const message = `(
  $sentences := function($cluster) {
    $cluster.(
      $codes := found;
      $exists(busy) ? $join(found, ', ') & ', as told before; it was busy, so nothing newer is known' : $join([${findings.map(({ code, sentence }) => `'${code}' in $codes ? (${sentence})`).join(", ")}], '; ')
    )
  };
  $listed := function($clusters, $ending) {
    $join([
      $clusters[[0..${(mostListed - 1).toString()}]].('  ' & id & ': ' & $ending($)),
      $count($clusters) > ${mostListed.toString()} ? '  … and ' & $string($count($clusters) - ${mostListed.toString()}) & ' more; the output of the execution has all of them.'
    ], '\\n')
  };
  $codes := $distinct($wrong.found);
  $join([
    $subject & '.',
    $trial ? 'This is a trial, judged as if it were ' & $fromMillis($at) & '.',
    $count($wrong) > 0 ? $listed($wrong, $sentences),
    $count($added) > 0 and $count($gone) + $count($known) > 0 ? 'New or changed since the last message: ' & $join($added[[0..${(mostListed - 1).toString()}]], ', ') & '.',
    $count($gone) > 0 ? 'No longer on the list: ' & $join($gone[[0..${(mostListed - 1).toString()}]], ', ') & '.',
    $count($notJudged) > 0 ? 'Not judged, since they were being changed or backed up for more than an hour: ' & $join($notJudged[[0..${(mostListed - 1).toString()}]], ', ') & '.',
    $count($exempt) > 0 ? 'Exempt by their tag ${exemptionTag}:\\n' & $listed($exempt, function($cluster) { $cluster.exempt & ' (' & $sentences($cluster) & ')' }),
    $count($wrong) > 0 ? 'What to do:\\n' & $join([${findings
      .map(({ code, remedy }) => `'${code}' in $codes ? ${quoted(`  ${code}: ${remedy}`)}`)
      .join(", ")}], '\\n'),
    $count($wrong) > 0 ? 'A cluster that is wrong on purpose is exempted by a tag with the reason: aws elasticache add-tags-to-resource --resource-name <arn> --tags "Key=${exemptionTag},Value=<reason>"',
    'Runbook: \${local.runbook}#findings'
  ], '\\n\\n')
)`;

/** JSONata of the message's subject, at most 100 characters. */
export const subject = `($trial ? 'Trial: ' : '') & (
  $count($wrong) = 0
    ? 'Redis backup policy: nothing is wrong any more ('
    : 'Redis backup policy: ' & $string($count($wrong)) & ' of ' & $string($checked + $count($notJudged)) & ' clusters break it ('
) & $place & ')'`;

/** JSONata of the same as Amazon Q Developer in chat applications shows it; a description has 8,000 characters at most. */
export const chatMessage = `$string({
  'version': '1.0', 'source': 'custom',
  'content': { 'textType': 'client-markdown', 'title': $subject, 'description': $length($text) > 7900 ? $substring($text, 0, 7900) & ' … (the email has all of it)' : $text }
})`;
