# make run: a real run on a real task.  make test: every test.  Both install what is missing first.
.PHONY: run test setup vsix bench torture format clean

# Options of `agentide run` go into ARGS: make run ARGS="--sandbox docker --nodes 4".
run:
	@scripts/run.sh $(ARGS)

setup:
	@scripts/setup.sh run

test:
	@scripts/setup.sh test
	@scripts/test.sh

# The VS Code extension with its server: artifacts/agentide.vsix.
vsix:
	@scripts/package.sh

# Figures, as ratios beside absolute values.
bench:
	@scripts/setup.sh run docker slurm
	@scripts/bench.sh

# Big counts: a hundred kills, long fuzzing, all attacks.
torture:
	@scripts/setup.sh test
	@AGENTIDE_TORTURE=1 scripts/test.sh

format:
	dotnet format AgentIde.sln
	npm --prefix vscode-extension run format

clean:
	rm -rf artifacts vscode-extension/node_modules vscode-extension/dist
