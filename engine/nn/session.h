// One loaded network. The runtime (OpenVINO; OpenCV's dnn where that is missing) is named in session_*.cc alone.
//
// A network takes one input, "image": 1 x C x H x W, float in [0,1]: R G B, and whatever else it was trained to look at.
// C, and what H and W are multiples of, are the caller's business (see tiles.h). Its outputs are picked by name.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace removr::nn {

// Where a network lies, what is wanted of it, and how many of its Run calls may work at the same time. A network
// computes in f32, and where it says so on 8-bit integers, on one thread per call, so that a result depends on the input
// and the processor's type alone.
struct SessionOptions {
  std::filesystem::path file;        // ONNX; OpenVINO takes the quantised NAME.int8.onnx beside it where there is one
  std::vector<std::string> outputs;  // names; Run gives their planes in this order
  int threads = 1;
};

class Session {
 public:
  // Errors: kIo where the file is missing, empty, or larger than any network of ours (64 MiB); kInternal where the
  // runtime refuses it, or where an input or output of that name is not in it.
  static Result<std::unique_ptr<Session>> Create(const SessionOptions& options);
  virtual ~Session() = default;

  // `image`: H x W x C float, interleaved. The planes of all outputs, one after the other: CV_32FC1, of the size that the
  // network gives (an output of one value is 1 x 1); owned by the caller. kEngineFailure where the runtime fails.
  // Thread-safe.
  virtual Result<std::vector<cv::Mat>> Run(const cv::Mat& image) const = 0;
};

}  // namespace removr::nn
