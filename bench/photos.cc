#include "bench/photos.h"

#include <algorithm>
#include <array>

#include "bench/files.h"
#include "bench/scene.h"

namespace removr::bench {

namespace fs = std::filesystem;

Result<Photos> Photos::OfFolder(const fs::path& folder) {
  constexpr std::array kExtensions = {".png", ".jpg", ".jpeg", ".webp"};
  Photos photos;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    if (std::ranges::count(kExtensions, it->path().extension()) > 0) photos.paths_.push_back(it->path());
  }
  if (error) return Fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  if (photos.paths_.empty()) return Fail(ErrorCode::kIo, "no PNG, JPEG or WebP in " + folder.string());
  std::ranges::sort(photos.paths_);
  for (const fs::path& path : photos.paths_) photos.names_.push_back(path.stem().string());
  return photos;
}

Photos Photos::Drawn(std::uint64_t seed, int count) {
  Photos photos;
  photos.seed_ = seed;
  for (int i = 0; i < count; ++i) photos.names_.push_back("scene" + std::to_string(i));
  return photos;
}

Result<cv::Mat> Photos::Load(int index) const {
  if (paths_.empty()) return DrawScene(seed_, index, {768, 512});
  ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(paths_[index]));
  return Decode(bytes);
}

}  // namespace removr::bench
