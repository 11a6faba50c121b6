import { synthesizeAll } from "/work/wt/flat/__tests__/support/synthesize";
import { count } from "/work/wt/flat/scripts/maintain/costs/count";
const all = synthesizeAll() as any;
for (const name of ["redis-prod", "redis-backup-policy"]) {
  const s = all[name];
  console.log(name, Object.fromEntries(Object.keys(s.resource).map((t) => { try { return [t, count(s, t)]; } catch (e) { return [t, Object.keys(s.resource[t]).length + "?"]; } })));
}
