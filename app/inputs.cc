#include "app/inputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/files.h"

namespace removr::app {
namespace fs = std::filesystem;
namespace {

std::optional<Format> SniffFile(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::array<std::uint8_t, 16> head{};
  const ssize_t size = ::read(fd, head.data(), head.size());
  ::close(fd);
  return size <= 0 ? std::nullopt : SniffFormat(std::span(head).first(static_cast<std::size_t>(size)));
}

bool IsCalledLikeAnImage(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png" || extension == ".webp";
}

bool IsEarlierResult(const fs::path& path) {
  const std::string name = path.filename().string();
  constexpr std::array<std::string_view, 4> endings = {"-clean.jpg", "-clean.png", "-clean.webp", "-mask.png"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

class Finder {
 public:
  explicit Finder(const InputRules& rules) : rules_(rules) {
    for (const fs::path& folder : rules.result_folders) result_folders_.insert(Real(folder));
  }

  void AddArgument(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      const bool missing = status.type() == fs::file_type::not_found;
      AddProblem(path, missing ? ErrorCode::kNotFound : ErrorCode::kIo,
                 missing ? "no such file or folder" : error.message());
    } else if (fs::is_directory(status)) {
      // Results may go into the very folder that is walked: then they are told from inputs by their names.
      skip_results_ = rules_.results_beside || result_folders_.contains(Real(path));
      Walk(path, "");
    } else {
      AddFile(path, "", SniffFile(path));
    }
  }

  FoundInputs Take() { return std::move(found_); }

 private:
  static fs::path Real(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::weakly_canonical(path, error);
    return error ? path : real;
  }

  void AddProblem(const fs::path& path, ErrorCode code, const std::string& text) {
    found_.problems.push_back({path, Error{code, PrintablePath(path) + ": " + text, text}});
  }

  void AddFile(const fs::path& path, const fs::path& subfolder, std::optional<Format> format) {
    if (files_.insert(Real(path)).second) found_.inputs.push_back({path, subfolder, format});
  }

  void Walk(const fs::path& folder, const fs::path& subfolder) {
    if (!walked_.insert(Real(folder)).second) return;
    std::vector<fs::path> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      names.push_back(entry->path().filename());
    }
    if (error) AddProblem(folder, ErrorCode::kIo, "cannot read the folder: " + error.message());
    std::sort(names.begin(), names.end());  // the order of a folder's entries is the file system's whim
    for (const fs::path& name : names) {
      if (!name.native().starts_with('.')) Visit(folder / name, subfolder);
    }
  }

  void Visit(const fs::path& path, const fs::path& subfolder) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      if (!result_folders_.contains(Real(path))) Walk(path, subfolder / path.filename());
      return;
    }
    if (!fs::is_regular_file(status)) return;
    const std::optional<Format> format = SniffFile(path);
    if (!format && !IsCalledLikeAnImage(path)) return;
    if (skip_results_ && IsEarlierResult(path)) {
      ++found_.earlier_results;
      return;
    }
    AddFile(path, subfolder, format);
  }

  const InputRules& rules_;
  FoundInputs found_;
  bool skip_results_ = false;                           // in the folder that is being walked
  std::set<fs::path> result_folders_, files_, walked_;  // by their real paths
};

}  // namespace

FoundInputs FindInputs(const std::vector<fs::path>& arguments, const InputRules& rules) {
  Finder finder(rules);
  for (const fs::path& argument : arguments) finder.AddArgument(argument);
  return finder.Take();
}

}  // namespace removr::app
