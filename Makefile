# SPDX-License-Identifier: Apache-2.0
# The front door. `make demo` and `make test` need nothing before them on Debian 12.
.PHONY: demo serve test build encoder gguf eval bench peers scale figures fuzz gym package tarball image gallery format clean

INCIDENT = examples/incidents/memory-leak.tar.zst

build:
	@sh scripts/setup.sh
	@ninja -C build warroom warroom-eval warroom-train >build/ninja.txt || { cat build/ninja.txt; exit 1; }

demo: build
	@build/warroom investigate $(INCIDENT) --html build/report.html || [ $$? = 1 ]
	@echo 'All shipped incidents, on a page: make serve'

# The page, with the shipped incidents, on this machine alone: http://127.0.0.1:8080/
serve: build
	@build/warroom serve --examples examples/incidents

test: build
	@ninja -C build >build/ninja.txt || { cat build/ninja.txt; exit 1; }
	@sh tests/run.sh build

# Weights of the sentence encoder, which is optional
encoder:
	@sh scripts/encoder.sh

# What reads GGUF files, which is optional
gguf: build
	@sh scripts/llama_library.sh
	@meson setup --reconfigure build >build/setup.txt
	@ninja -C build --quiet warroom-gguf

# Scores on incidents that are not part of the project: make eval DATA=folder, that holds rca/ and other public sets
DATA = build/data
GYM = examples/incidents
eval: build
	@build/warroom eval rca $(DATA)/rca -j 2

# What `warroom gym` is built with and what it runs; as root
gym: build
	@sh scripts/gym_setup.sh
	@meson setup --reconfigure build >build/setup.txt
	@ninja -C build --quiet warroom-gym gym/shop/shop

# A Debian package, a folder that runs where nothing is installed, and the files of a container
package: build
	@sh scripts/package_setup.sh
	@sh packaging/deb.sh build

tarball: build
	@sh scripts/package_setup.sh
	@sh packaging/tarball.sh build

image: build
	@sh scripts/package_setup.sh
	@sh packaging/image.sh build

# The pictures of docs/gallery
gallery: build
	@sh scripts/gallery.sh build

bench: build
	@ninja -C build --quiet bench bench-mine bench-logs

# The program beside others; how its cost grows; all tables of the documents, from public sets and recordings of the gym
peers: build
	@ninja -C build --quiet bench/bench-read-ratio bench/bench-duckdb-read
	@sh bench/peers/run.sh $(DATA)

scale: build
	@ninja -C build --quiet bench/bench-store-answers
	@sh bench/scale.sh build

figures: build
	@sh scripts/figures.sh $(DATA) $(GYM)

fuzz: build
	@sh fuzz/run.sh

format:
	@clang-format -i $$(find src eval train gguf gym bench fuzz -name '*.[ch]')

clean:
	@rm -rf build build-fuzz
