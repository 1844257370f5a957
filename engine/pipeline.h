// An image's journey through the engine, step by step. engine.h is its public face.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "engine/engine.h"
#include "engine/erase/erase.h"
#include "engine/locate/locate.h"

namespace removr::engine {

class Pipeline {
 public:
  Pipeline(Config config, std::unique_ptr<locate::Locator> locator, std::unique_ptr<erase::Eraser> eraser)
      : config_(std::move(config)), locator_(std::move(locator)), eraser_(std::move(eraser)) {}

  // As Engine's, but exceptions of libraries come through.
  Result<Outcome> Clean(std::span<const std::uint8_t> bytes, const Options& options) const;
  Result<Outcome> Detect(std::span<const std::uint8_t> bytes, const Options& options) const;

 private:
  class Stopwatch;
  struct Seen;
  Result<Seen> Look(std::span<const std::uint8_t> bytes, const Options& options, Stopwatch& watch) const;
  Result<Verdict> SecondLook(const Seen& seen, const Options& options, Report& report) const;
  Result<Bytes> Encode(std::span<const std::uint8_t> bytes, const Seen& seen, const Options& options) const;

  Config config_;
  std::unique_ptr<locate::Locator> locator_;
  std::unique_ptr<erase::Eraser> eraser_;
};

}  // namespace removr::engine
