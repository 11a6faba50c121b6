/** The parts of a synthesized stack that Terraform can evaluate without a provider. */
export interface VariablesAndLocals<Variable> {
  readonly variable: Readonly<Record<string, Variable>>;
  readonly locals?: Readonly<Record<string, unknown>>;
}

/** The variables of a stack, and the locals made of variables alone. */
export function variablesAlone<Variable>({
  variable,
  locals = {},
}: VariablesAndLocals<Variable>): Required<VariablesAndLocals<Variable>> {
  let kept = Object.entries(locals);
  const foreign = (value: unknown): boolean =>
    /\b(data|random_[a-z]+|aws_[a-z_]+|terraform_data)\./.test(JSON.stringify(value)) ||
    [...JSON.stringify(value).matchAll(/\bvar\.(\w+)/g)].some(([, name = ""]) => !(name in variable)) ||
    [...JSON.stringify(value).matchAll(/\blocal\.(\w+)/g)].some(([, name]) => !kept.some(([other]) => other === name));
  let before: number;
  do {
    before = kept.length;
    kept = kept.filter(([, value]) => !foreign(value));
  } while (kept.length < before);
  return { variable, locals: Object.fromEntries(kept) };
}

/** The environment without the settings and values of the person who calls. */
export function withoutVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TF_")));
}
