import { options, partsQuery } from "./part.ts";

/** Views, functions and aggregates. */
export const codeQueries: readonly string[] = [
  partsQuery(
    "pg_class",
    `select c.oid, format('create %sview %s%s as %s', case c.relkind when 'm' then 'materialized ' end, c.oid::regclass,
              ' with (' || ${options("c.reloptions")} || ')', rtrim(pg_get_viewdef(c.oid), ';'))
       from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind in ('v', 'm')`,
  ),
  partsQuery(
    "pg_proc",
    `select p.oid, pg_get_functiondef(p.oid)
       from pg_proc p join spaces s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
      where p.prokind <> 'a' and l.lanname not in ('c', 'internal')
        -- The functions of a range come with it.
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')`,
  ),
  partsQuery(
    "pg_proc",
    `select p.oid, format('create aggregate %I.%I(%s) (%s)', s.nspname, p.proname,
              case when p.pronargs = 0 then '*' else pg_get_function_arguments(p.oid) end, concat_ws(', ',
              'sfunc = ' || g.aggtransfn::regproc, 'stype = ' || format_type(g.aggtranstype, null),
              'sspace = ' || nullif(g.aggtransspace, 0),
              'finalfunc = ' || nullif(g.aggfinalfn, 0)::regproc, case when g.aggfinalextra then 'finalfunc_extra' end,
              'combinefunc = ' || nullif(g.aggcombinefn, 0)::regproc,
              'serialfunc = ' || nullif(g.aggserialfn, 0)::regproc, 'deserialfunc = ' || nullif(g.aggdeserialfn, 0)::regproc,
              'initcond = ' || quote_literal(g.agginitval),
              'msfunc = ' || nullif(g.aggmtransfn, 0)::regproc, 'minvfunc = ' || nullif(g.aggminvtransfn, 0)::regproc,
              'mstype = ' || format_type(nullif(g.aggmtranstype, 0), null), 'msspace = ' || nullif(g.aggmtransspace, 0),
              'mfinalfunc = ' || nullif(g.aggmfinalfn, 0)::regproc, 'minitcond = ' || quote_literal(g.aggminitval),
              'sortop = ' || (select format('operator(%I.%s)', n.nspname, o.oprname) from pg_operator o
                 join pg_namespace n on n.oid = o.oprnamespace where o.oid = g.aggsortop),
              case p.proparallel when 's' then 'parallel = safe' when 'r' then 'parallel = restricted' end,
              case g.aggkind when 'h' then 'hypothetical' end))
       from pg_proc p join spaces s on s.oid = p.pronamespace join pg_aggregate g on g.aggfnoid = p.oid`,
  ),
];
