# For teachers: grades what a class handed in, in a container, and each program in the sandbox inside it.
# docs/container.md shows how to build and run it.
FROM python:3.13-slim-trixie

RUN apt-get update -qq \
 && apt-get install -qq --yes --no-install-recommends bubblewrap git \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /usr/src/turtles
COPY requirements-classroom.txt ./
RUN pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-classroom.txt
COPY . .
RUN pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . \
 && useradd --create-home teacher \
 && install --directory --owner teacher .turtles /grades

USER teacher
ENTRYPOINT ["turtles"]
CMD ["--help"]
