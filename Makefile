# make run    install, build, start the server with a demo account, print its key and a quickstart
# make test   install, build, run every test
# make build  the release binary at build/release/removr, and the web app at web/dist
# make soak   the long versions of what `make test` shortens
.PHONY: run test build install soak

install:
	@scripts/install.sh

build: install
	@cmake --preset release >/dev/null
	@cmake --build --preset release
	@scripts/build_web.sh

run: build
	@scripts/run.sh

test: build
	@scripts/test.sh

soak: build
	@REMOVR_SOAK=1 scripts/test.sh
