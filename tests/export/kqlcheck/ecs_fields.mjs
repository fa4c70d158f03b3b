// Writes Elastic's published list of the fields of ECS: {name: {type, isArray}}.
import { EcsFlat } from "@elastic/ecs";

const fields = Object.values(EcsFlat).map((field) => [
  field.flat_name,
  { type: field.type, isArray: (field.normalize ?? []).includes("array") },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(fields)));
