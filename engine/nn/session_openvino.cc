// Through OpenVINO's C API: the wheel's C++ ABI may be another compiler's (docs/decisions).
#include <openvino/c/openvino.h>

#include <mutex>
#include <utility>

#include "engine/nn/model_file.h"
#include "engine/nn/session.h"

namespace removr::nn {
namespace {

// Frees a C handle with its own function.
template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Core = std::unique_ptr<ov_core_t, Deleter<ov_core_free>>;
using Model = std::unique_ptr<ov_model_t, Deleter<ov_model_free>>;
using Compiled = std::unique_ptr<ov_compiled_model_t, Deleter<ov_compiled_model_free>>;
using Request = std::unique_ptr<ov_infer_request_t, Deleter<ov_infer_request_free>>;
using Tensor = std::unique_ptr<ov_tensor_t, Deleter<ov_tensor_free>>;
using Port = std::unique_ptr<ov_output_const_port_t, Deleter<ov_output_const_port_free>>;

struct Shape {
  ov_shape_t value{};
  ~Shape() { ov_shape_free(&value); }
};

// Calls `function(arguments..., &handle)`; an empty pointer where it fails.
template <typename Pointer, typename Function, typename... Arguments>
Pointer Make(Function function, Arguments... arguments) {
  typename Pointer::element_type* handle = nullptr;
  return function(arguments..., &handle) == OK ? Pointer(handle) : Pointer();
}

std::string LastError() {
  const char* message = ov_get_last_err_msg();
  return message != nullptr ? message : "unknown";
}

tl::unexpected<Error> LoadFailure(const std::filesystem::path& file, const std::string& what) {
  return Fail(ErrorCode::kInternal, "network " + file.string() + ": " + what);
}

// For each size of image that it sees the runtime makes a kernel of every layer, and keeps 5000 of them unless told
// otherwise: 9 MiB a size of restore, which in a folder of photographs never ends. These are about eight sizes.
constexpr const char* kKernelsKept = "400";

// The same network with convolutions on 8 bits, where there is one: NAME.int8.onnx beside NAME.onnx.
std::filesystem::path Fastest(const std::filesystem::path& file) {
  std::filesystem::path quantised = file;
  quantised.replace_extension(".int8.onnx");
  std::error_code error;
  return std::filesystem::exists(quantised, error) ? quantised : file;
}

class OpenVinoSession final : public Session {
 public:
  OpenVinoSession(Core core, Compiled compiled, std::vector<std::string> outputs)
      : core_(std::move(core)), compiled_(std::move(compiled)), outputs_(std::move(outputs)) {}

  Result<std::vector<cv::Mat>> Run(const cv::Mat& image) const override {
    Request request = Take();
    if (!request) return Fail(ErrorCode::kEngineFailure, "inference request: " + LastError());
    auto planes = Infer(request.get(), image);
    if (planes) GiveBack(std::move(request));
    return planes;
  }

 private:
  // Requests are kept for the next call: their memory is what costs.
  Request Take() const {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Request request = std::move(idle_.back());
        idle_.pop_back();
        return request;
      }
    }
    return Make<Request>(ov_compiled_model_create_infer_request, compiled_.get());
  }

  void GiveBack(Request request) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(request));
  }

  Result<std::vector<cv::Mat>> Infer(ov_infer_request_t* request, const cv::Mat& image) const {
    const auto failure = [](const char* step) {
      return Fail(ErrorCode::kEngineFailure, std::string(step) + ": " + LastError());
    };
    CV_Assert(image.depth() == CV_32F);
    std::vector<float> input(image.total() * image.channels());
    std::vector<cv::Mat> channels;
    for (int c = 0; c < image.channels(); ++c)
      channels.emplace_back(image.size(), CV_32F, input.data() + c * image.total());
    cv::split(image, channels);

    const std::int64_t dims[] = {1, image.channels(), image.rows, image.cols};
    Shape shape;
    if (ov_shape_create(4, dims, &shape.value) != OK) return failure("input shape");
    const auto tensor =
        Make<Tensor>(ov_tensor_create_from_host_ptr, F32, shape.value, static_cast<void*>(input.data()));
    if (!tensor || ov_infer_request_set_tensor(request, "image", tensor.get()) != OK) return failure("input");
    if (ov_infer_request_infer(request) != OK) return failure("inference");

    std::vector<cv::Mat> planes;
    for (const auto& name : outputs_) {
      const auto output = Make<Tensor>(ov_infer_request_get_tensor, request, name.c_str());
      if (!output || !AppendPlanes(output.get(), planes)) return failure("output");
    }
    return planes;
  }

  static bool AppendPlanes(const ov_tensor_t* tensor, std::vector<cv::Mat>& planes) {
    Shape shape;
    void* data = nullptr;
    ov_element_type_e type = DYNAMIC;
    if (ov_tensor_get_shape(tensor, &shape.value) != OK || ov_tensor_data(tensor, &data) != OK ||
        ov_tensor_get_element_type(tensor, &type) != OK || type != F32 || shape.value.rank < 2) {
      return false;
    }
    const auto dim = [&](std::int64_t axis) {
      return axis < shape.value.rank ? static_cast<int>(shape.value.dims[axis]) : 1;
    };
    const cv::Size size(dim(3), dim(2));
    for (int c = 0; c < dim(1); ++c) {
      planes.push_back(
          cv::Mat(size, CV_32F, static_cast<float*>(data) + static_cast<std::size_t>(c) * size.area()).clone());
    }
    return true;
  }

  Core core_;
  Compiled compiled_;
  std::vector<std::string> outputs_;
  mutable std::mutex mutex_;
  mutable std::vector<Request> idle_;
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Create(const SessionOptions& options) {
  const std::filesystem::path file = Fastest(options.file);
  TRY(CheckModelFile(file));
  Core core = Make<Core>(ov_core_create);
  if (!core) return LoadFailure(file, "no OpenVINO runtime: " + LastError());
  const auto model = Make<Model>(ov_core_read_model, core.get(), file.c_str(), nullptr);
  if (!model) return LoadFailure(file, LastError());
  if (!Make<Port>(ov_model_const_input_by_name, model.get(), "image")) {
    return LoadFailure(file, "no input named image");
  }
  for (const auto& output : options.outputs) {
    if (!Make<Port>(ov_model_const_output_by_name, model.get(), output.c_str())) {
      return LoadFailure(file, "no output named " + output);
    }
  }
  // As many streams as threads: each request runs on one thread, and the same kernels serve any number of them.
  const std::string threads = std::to_string(options.threads);
  ov_compiled_model_t* handle = nullptr;
  const ov_status_e status = ov_core_compile_model(
      core.get(), model.get(), "CPU", 10, &handle, ov_property_key_inference_num_threads, threads.c_str(),
      ov_property_key_num_streams, threads.c_str(), ov_property_key_hint_inference_precision, "f32",
      ov_property_key_hint_enable_cpu_pinning, "NO", "CPU_RUNTIME_CACHE_CAPACITY", kKernelsKept);
  Compiled compiled(handle);
  if (status != OK) return LoadFailure(file, LastError());
  return std::unique_ptr<Session>(
      std::make_unique<OpenVinoSession>(std::move(core), std::move(compiled), options.outputs));
}

}  // namespace removr::nn
