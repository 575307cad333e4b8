// The upper anchor: a training step of oneDNN's LSTM primitive, forward, backward and the reorders of its weights, without
// embedding, decoder, loss and optimizer. All layers read vectors of the hidden size. One JSON line.
//   g++ -O2 -std=c++17 bench/compare/onednn.cpp -ldnnl -o onednn && OMP_NUM_THREADS=2 ./onednn 2 128 50 50 5
//   (layers, hidden size, batch size, sequence length, seconds)

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>
#include <dnnl.hpp>

using namespace dnnl;
using desc = memory::desc;
using dt = memory::data_type;
using tag = memory::format_tag;

int main(int, char **argv) {
  const memory::dim L = std::atoi(argv[1]), H = std::atoi(argv[2]), N = std::atoi(argv[3]), T = std::atoi(argv[4]);
  const double seconds = std::atof(argv[5]);
  engine eng(engine::kind::cpu, 0);
  stream s(eng);

  const desc layer({T, N, H}, dt::f32, tag::tnc), iter({L, 1, N, H}, dt::f32, tag::ldnc);
  const desc weights({L, 1, H, 4, H}, dt::f32, tag::ldigo), bias({L, 1, 4, H}, dt::f32, tag::ldgo);
  const desc any({L, 1, H, 4, H}, dt::f32, tag::any);
  const auto direction = rnn_direction::unidirectional_left2right;
  const auto forward = lstm_forward::primitive_desc(
      {prop_kind::forward_training, direction, layer, iter, iter, any, any, bias, layer, iter, iter}, eng);
  const auto backward = lstm_backward::primitive_desc(
      {prop_kind::backward, direction, layer, iter, iter, any, any, bias, layer, iter, iter,
       layer, iter, iter, any, any, bias, layer, iter, iter}, eng, forward);

  auto make = [&](const desc &d) {
    memory m(d, eng);
    float *x = static_cast<float *>(m.get_data_handle());
    for (size_t i = 0; i < d.get_size() / 4; i++) x[i] = (static_cast<int>(i * 2654435761u % 2001) - 1000) * 1e-4f;
    return m;
  };
  // The weights as an optimizer keeps them, and as the primitives want them.
  memory wx = make(weights), wh = make(weights), dwx = make(weights), dwh = make(weights);
  memory fx = make(forward.weights_layer_desc()), fh = make(forward.weights_iter_desc());
  memory bx = make(backward.weights_layer_desc()), bh = make(backward.weights_iter_desc());
  memory gx = make(backward.diff_weights_layer_desc()), gh = make(backward.diff_weights_iter_desc());
  memory space = make(forward.workspace_desc());
  std::unordered_map<int, memory> f = {
      {DNNL_ARG_SRC_LAYER, make(layer)}, {DNNL_ARG_SRC_ITER, make(iter)}, {DNNL_ARG_SRC_ITER_C, make(iter)},
      {DNNL_ARG_WEIGHTS_LAYER, fx}, {DNNL_ARG_WEIGHTS_ITER, fh}, {DNNL_ARG_BIAS, make(bias)},
      {DNNL_ARG_DST_LAYER, make(layer)}, {DNNL_ARG_DST_ITER, make(iter)}, {DNNL_ARG_DST_ITER_C, make(iter)},
      {DNNL_ARG_WORKSPACE, space}};
  auto b = f;
  b[DNNL_ARG_WEIGHTS_LAYER] = bx;
  b[DNNL_ARG_WEIGHTS_ITER] = bh;
  b[DNNL_ARG_DIFF_SRC_LAYER] = make(layer);
  b[DNNL_ARG_DIFF_SRC_ITER] = make(iter);
  b[DNNL_ARG_DIFF_SRC_ITER_C] = make(iter);
  b[DNNL_ARG_DIFF_WEIGHTS_LAYER] = gx;
  b[DNNL_ARG_DIFF_WEIGHTS_ITER] = gh;
  b[DNNL_ARG_DIFF_BIAS] = make(bias);
  b[DNNL_ARG_DIFF_DST_LAYER] = make(layer);
  b[DNNL_ARG_DIFF_DST_ITER] = make(iter);
  b[DNNL_ARG_DIFF_DST_ITER_C] = make(iter);

  const lstm_forward run(forward);
  const lstm_backward back(backward);
  auto step = [&] {
    reorder(wx, fx).execute(s, wx, fx);
    reorder(wh, fh).execute(s, wh, fh);
    run.execute(s, f);
    reorder(wx, bx).execute(s, wx, bx);
    reorder(wh, bh).execute(s, wh, bh);
    back.execute(s, b);
    reorder(gx, dwx).execute(s, gx, dwx);
    reorder(gh, dwh).execute(s, gh, dwh);
    s.wait();
  };
  for (int i = 0; i < 5; i++) step();
  std::vector<double> durations;
  const auto now = [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
  for (const double end = now() + seconds; now() < end;) {
    const double start = now();
    step();
    durations.push_back(now() - start);
  }
  std::sort(durations.begin(), durations.end());
  std::printf("{\"charactersPerSecond\":%.0f}\n", N * T / durations[durations.size() / 2]);
}
