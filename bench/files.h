// Files as the bench needs them: photographs in, PNG and JPEG with a chosen sampling out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::bench {

using Bytes = std::vector<std::uint8_t>;

enum class FileKind { kPng, kJpeg420, kJpeg444 };
std::string_view Name(FileKind kind);       // "JPEG 4:2:0"
std::string_view Extension(FileKind kind);  // ".jpg"

// `image`: CV_8UC3, B G R, or a mask, CV_8UC1, as PNG. `quality` is libjpeg's, 1 to 100; PNG has none. kInternal where
// the encoder refuses.
Result<Bytes> Encode(const cv::Mat& image, FileKind kind, int quality);

// CV_8UC3, B G R, by OpenCV: another decoder than the engine's. kCorruptImage.
Result<cv::Mat> Decode(std::span<const std::uint8_t> bytes);
// A mask: CV_8UC1. Empty bytes give an empty Mat.
Result<cv::Mat> DecodeMask(std::span<const std::uint8_t> bytes);

Result<Bytes> ReadFile(const std::filesystem::path& path);
Status WriteFile(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

}  // namespace removr::bench
