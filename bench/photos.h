// The clean photographs that overlays are put on: a folder's, or drawn scenes where none is given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace removr::bench {

class Photos {
 public:
  // Every PNG, JPEG and WebP of the folder, in the order of their names. kIo where there is none.
  static Result<Photos> OfFolder(const std::filesystem::path& folder);
  // `count` scenes of 768 x 512.
  static Photos Drawn(std::uint64_t seed, int count);

  int count() const { return static_cast<int>(names_.size()); }
  const std::string& name(int index) const { return names_[index]; }
  // CV_8UC3, B G R. kIo, kCorruptImage.
  Result<cv::Mat> Load(int index) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::filesystem::path> paths_;  // empty: drawn
  std::uint64_t seed_ = 0;
};

}  // namespace removr::bench
