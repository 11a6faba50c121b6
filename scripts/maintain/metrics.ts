export interface PublishedMetric {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The metrics that a state machine publishes, each once.
 *
 * Searched for in the text: the data of a PutMetricData task may be an expression, or a variable that another state assigns, so no
 * one place has the names. They are literals wherever they are; a name that an expression puts in is that of a metric that is read.
 */
export function publishedMetrics(definition: string): readonly PublishedMetric[] {
  const [, namespace = ""] = /"Namespace":"(\w+)"/.exec(definition) ?? [];
  const names = [...definition.matchAll(/\bMetricName\W{1,7}["'](\w+)/g)].map(([, name = ""]) => name);
  return namespace === "" ? [] : [...new Set(names)].map((name) => ({ namespace, name }));
}
