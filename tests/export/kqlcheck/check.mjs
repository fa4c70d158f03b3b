// Reads {"tables": {name: {column: type}}, "queries": [text]} from standard input and writes, for each query,
// its diagnostics, the columns of its result, and the value of each string literal, as Microsoft's parser
// sees them.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const load = createRequire(import.meta.url);
load("@kusto/language-service-next/bridge.min.js");
load("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
const { SyntaxKind } = globalThis.Kusto.Language.Syntax;

function listed(bridgeList) {
  const count = bridgeList.Count ?? bridgeList.getCount?.() ?? globalThis.System.Array.getCount(bridgeList);
  const at = (i) => bridgeList.getItem?.(i) ?? globalThis.System.Array.getItem(bridgeList, i);
  return Array.from({ length: count }, (_, i) => at(i));
}

function table(name, columns) {
  const schema = Object.entries(columns).map(([column, type]) => `${column}:${type}`);
  return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
}

function literals(code) {
  const found = [];
  globalThis.Kusto.Language.Syntax.SyntaxElement.WalkNodes(code.Syntax, (node) => {
    if (node.Kind === SyntaxKind.StringLiteralExpression) found.push(node.LiteralValue);
  });
  return found;
}

const input = JSON.parse(readFileSync(0, "utf8"));
const tables = Object.entries(input.tables).map(([name, columns]) => table(name, columns));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("db", tables));
const answers = input.queries.map((query) => {
  const code = KustoCode.ParseAndAnalyze(query, globals);
  const diagnostics = listed(code.GetDiagnostics()).map(
    (d) => `${d.Severity} ${d.Code}: ${d.Message} at «${query.substr(d.Start, Math.min(60, d.Length))}»`,
  );
  const columns = code.ResultType?.Columns ? listed(code.ResultType.Columns) : [];
  return {
    diagnostics,
    columns: columns.map((column) => [column.Name, column.Type.Name]),
    literals: literals(code),
  };
});
process.stdout.write(JSON.stringify(answers));
