// Through OpenCV's dnn, where OpenVINO is not found: the same files, several times slower.
#include <onnx/onnx_pb.h>

#include <fstream>
#include <mutex>
#include <opencv2/dnn.hpp>
#include <utility>

#include "engine/nn/model_file.h"
#include "engine/nn/session.h"

namespace removr::nn {
namespace {

// The file's bytes, its matrices in 32 bits: OpenCV 4.6 does not read those of 16 that our networks have.
struct Wide {
  std::string bytes;
  int channels = 0;  // of the input
};

Wide Widen(const std::filesystem::path& file) {
  onnx::ModelProto model;
  std::ifstream stream(file, std::ios::binary);
  if (!model.ParseFromIstream(&stream) || model.graph().input_size() != 1) throw std::runtime_error("not an ONNX file");
  for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT16) continue;
    std::string halves = tensor.raw_data();
    const int count = static_cast<int>(halves.size() / sizeof(cv::float16_t));
    cv::Mat floats;
    cv::Mat(1, count, CV_16F, halves.data()).convertTo(floats, CV_32F);
    tensor.set_raw_data(floats.data, count * sizeof(float));
    tensor.set_data_type(onnx::TensorProto::FLOAT);
  }
  return {model.SerializeAsString(),
          static_cast<int>(model.graph().input(0).type().tensor_type().shape().dim(1).dim_value())};
}

cv::dnn::Net Read(const Wide& network) {
  return cv::dnn::readNetFromONNX(network.bytes.data(), network.bytes.size());
}

class OpenCvSession final : public Session {
 public:
  explicit OpenCvSession(SessionOptions options) : options_(std::move(options)) {}

  // A cv::dnn::Net serves one call at a time; each further one at the same time loads its own.
  Status LoadAhead() {
    try {
      network_ = Widen(options_.file);
      auto net = Read(network_);
      // A name that the network does not have shows in a first, small forward pass.
      const cv::Mat gray(64, 64, CV_32FC(network_.channels), cv::Scalar::all(.5));
      net.setInput(cv::dnn::blobFromImage(gray), "image");
      std::vector<cv::Mat> blobs;
      net.forward(blobs, options_.outputs);
      idle_.push_back(std::move(net));
    } catch (const std::exception& error) {
      return Fail(ErrorCode::kInternal, "network " + options_.file.string() + ": " + error.what());
    }
    return {};
  }

  Result<std::vector<cv::Mat>> Run(const cv::Mat& image) const override {
    try {
      cv::dnn::Net net = Take();
      net.setInput(cv::dnn::blobFromImage(image), "image");
      std::vector<cv::Mat> blobs;
      net.forward(blobs, options_.outputs);
      auto planes = Planes(blobs);
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(net));
      return planes;
    } catch (const std::exception& error) {
      return Fail(ErrorCode::kEngineFailure, error.what());
    }
  }

 private:
  cv::dnn::Net Take() const {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        cv::dnn::Net net = std::move(idle_.back());
        idle_.pop_back();
        return net;
      }
    }
    return Read(network_);
  }

  static std::vector<cv::Mat> Planes(const std::vector<cv::Mat>& blobs) {
    std::vector<cv::Mat> planes;
    for (const cv::Mat& blob : blobs) {
      const int height = blob.dims > 2 ? blob.size[2] : 1;
      const int width = blob.dims > 3 ? blob.size[3] : 1;
      for (int c = 0; c < blob.size[1]; ++c) {
        const auto offset = static_cast<std::size_t>(c) * height * width;
        planes.push_back(cv::Mat(height, width, CV_32F, const_cast<float*>(blob.ptr<float>()) + offset).clone());
      }
    }
    return planes;
  }

  SessionOptions options_;
  Wide network_;
  mutable std::mutex mutex_;
  mutable std::vector<cv::dnn::Net> idle_;
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Create(const SessionOptions& options) {
  TRY(CheckModelFile(options.file));
  auto session = std::make_unique<OpenCvSession>(options);
  TRY(session->LoadAhead());
  return std::unique_ptr<Session>(std::move(session));
}

}  // namespace removr::nn
