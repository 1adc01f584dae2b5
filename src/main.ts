export function start(): void {
  process.stdout.write('irqbench\n');
}
