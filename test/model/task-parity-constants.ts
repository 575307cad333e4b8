// Losses and gradients that PyTorch (1.13, float64) computes for the tasks, each example on its own, so without padding.
// The value at flat index i of parameter number p (in the order of `parameterShapes`) is 0.5·cos(0.7·i + p) for even p and
// 0.5·sin(0.7·i + p) for odd p. This program prints the rest of the file:
//
//     import torch
//     from torch.nn.functional import cross_entropy, one_hot
//     torch.set_default_dtype(torch.float64)
//     V, H, L, K, F = 7, 5, 2, 3, 4
//     reads = [[1, 4, 2, 6], [3, 0], [5, 5, 1, 2, 0], [6]]        # what is read
//     writes = [[2, 3, 0], [1, 5, 4, 0], [6, 0], [4, 4, 2, 3, 0]]  # what is written; each begins after its last symbol, 0
//     labels = [2, 0, 1, 2]
//     vector = lambda n: torch.sin(torch.arange(float(F)) + n)     # of example n
//     frames = lambda n: torch.cos(0.3 * torch.arange(float(len(reads[n]) * F)) + n).reshape(-1, F)
//     for cell, G, order in (("rnn", 1, [0]), ("lstm", 4, [0, 1, 3, 2]), ("gru", 3, [0, 1, 2])):
//         for task in ("label", "label vectors", "describe", "describe vectors", "translate", "translate vectors"):
//             weights, names = [], []
//             def fill(name, *shape):
//                 i, p = torch.arange(float(torch.Size(shape).numel())), len(weights)
//                 f = torch.cos if p % 2 == 0 else torch.sin
//                 weights.append((0.5 * f(i * 0.7 + p)).reshape(shape).requires_grad_()); names.append(name)
//                 return weights[-1]
//             def rows(w):  # our column blocks as PyTorch's row blocks: i f o g become i f g o
//                 return torch.cat([w.reshape(-1, G, H)[:, g].reshape(-1, H) for g in order], 1).t()
//             def stack(prefix, D):
//                 layers = []
//                 for l in range(L):
//                     Wx, Wh = fill(f"{prefix}{l}.Wx", D if l == 0 else H, G * H), fill(f"{prefix}{l}.Wh", H, G * H)
//                     b = fill(f"{prefix}{l}.b", G * H)
//                     layers.append((Wx, Wh, b, fill(f"{prefix}{l}.bh", G * H) if cell == "gru" else torch.zeros(G * H)))
//                 flat = [p for Wx, Wh, b, bh in layers for p in (rows(Wx), rows(Wh), rows(b)[:, 0], rows(bh)[:, 0])]
//                 return lambda x, states: getattr(torch, cell if cell != "rnn" else "rnn_tanh")(
//                     x[:, None], states if cell == "lstm" else states[0], flat, True, L, 0.0, False, False, False)
//             films = task.endswith("vectors") and not task.startswith("describe")
//             keys = ["h", "c"] if cell == "lstm" else ["h"]
//             zero = [torch.zeros(L, 1, H)] * len(keys)
//             main = stack("layer", F if films and task.startswith("label") else V)
//             outputs = K if task.startswith("label") else V
//             W, c = fill("decoder.W", H, outputs), fill("decoder.b", outputs)
//             symbols = lambda s: one_hot(torch.tensor(s), V).double()
//             read = lambda n: frames(n) if films else symbols(reads[n])
//             if task.startswith("translate"):
//                 encoder = stack("encoder", F if films else V)
//             if task.startswith("describe"):
//                 width = F if task.endswith("vectors") else K
//                 maps = [[(fill(f"initial{l}.W{k}", width, H), fill(f"initial{l}.b{k}", H)) for k in keys] for l in range(L)]
//             total, count = 0, 0
//             for n in range(4):
//                 if task.startswith("label"):
//                     y = main(read(n), zero)[0][-1]
//                     total = total + cross_entropy(y @ W + c, torch.tensor([labels[n]]), reduction="sum"); count += 1
//                     continue
//                 if task.startswith("describe"):
//                     v = vector(n) if task.endswith("vectors") else one_hot(torch.tensor(labels[n]), K).double()
//                     states = [torch.stack([v @ maps[l][s][0] + maps[l][s][1] for l in range(L)])[:, None] for s in range(len(keys))]
//                 else:
//                     states = list(encoder(read(n), zero)[1:])
//                 y = main(symbols(writes[n][-1:] + writes[n][:-1]), states)[0][:, 0]
//                 total = total + cross_entropy(y @ W + c, torch.tensor(writes[n]), reduction="sum"); count += len(writes[n])
//             (total / count).backward()
//             print(f"  '{cell} {task}': {{ loss: {(total / count).item():.12g}, gradients: [", end="")
//             # Each gradient as one number: its product with a wave.
//             print(", ".join(f"{(w.grad.flatten() * torch.cos(torch.arange(float(w.numel())))).sum().item():.12g}" for w in weights) + "] },")

/** By cell and task; a gradient is given as Σ g[i]·cos(i). */
export const tasksInPyTorch: Readonly<
  Record<string, { readonly loss: number; readonly gradients: readonly number[] }>
> = {
  'rnn label': {
    loss: 1.09614595505,
    gradients: [
      -0.0037441504222, -0.00405668595438, 0.0116858304972, 0.12313053818, -0.0293147794787, 0.0261141661906,
      -0.0457631224564, 0.182361441366,
    ],
  },
  'rnn label vectors': {
    loss: 1.09463243696,
    gradients: [
      -0.00268159037879, 0.000635781094394, 0.00688646119134, 0.0647695363385, -0.0103749478442, 0.026374054063,
      -0.0274904093353, 0.182118746131,
    ],
  },
  'rnn describe': {
    loss: 1.89500773421,
    gradients: [
      0.00781533730898, 0.00422709572978, -0.0146890490974, -0.186133569296, 0.117560551352, 0.000896772295547,
      -0.0337838400259, 0.0935535940621, -0.00709492598019, 0.0010821845903, 0.00818248550793, -0.00933565683148,
    ],
  },
  'rnn describe vectors': {
    loss: 1.92565791398,
    gradients: [
      0.00813335794286, -0.00317124216516, -0.0142895461474, -0.170194051591, 0.0224228791041, 0.00842627449477,
      -0.0574716238527, 0.0945837777051, 0.0161865156441, 0.000946279792446, -0.0689082775461, -0.010352555076,
    ],
  },
  'rnn translate': {
    loss: 1.91852378386,
    gradients: [
      0.00446799523872, 0.0052551889106, -0.016913083274, -0.199575664922, 0.0481039541096, -0.0138201528291,
      -0.0561339882195, 0.116614979105, 0.00608960690954, -0.0062611971744, 0.00482881721256, -0.0216089050618,
      0.00291594961818, -0.000671932979441,
    ],
  },
  'rnn translate vectors': {
    loss: 1.91925117558,
    gradients: [
      0.00325740777569, 0.0176085615036, -0.0179743265951, -0.20455765551, 0.0579560033839, -0.0133261853028,
      -0.0596098569672, 0.116988678411, -0.00702549640519, -0.0113612478278, 0.00937827770088, -0.0193393833403,
      0.00221057317369, 0.00113840288496,
    ],
  },
  'lstm label': {
    loss: 1.09501172679,
    gradients: [
      0.00286017943145, 0.000270311020632, -0.000587361881312, -0.00357097146982, 0.00486865517888, 0.0114337368043,
      0.00504719877701, 0.17864592753,
    ],
  },
  'lstm label vectors': {
    loss: 1.09565570534,
    gradients: [
      -0.00697948010386, 0.00067896279181, 0.00301492583759, 0.00063836022858, 0.00367764965396, 0.0118569208519,
      0.00383261507744, 0.179073270931,
    ],
  },
  'lstm describe': {
    loss: 1.99316158796,
    gradients: [
      -0.00313453404987, -0.0168700329481, -0.00132588283656, -0.0179665679452, -0.0260900774142, -0.0142232359668,
      0.0624053256149, 0.0387801086126, -0.00251874247455, 0.00436438920971, 0.00757723328554, 0.005976754524,
      -0.0411495350065, 0.00194761014775, 0.00188794735376, 0.0271649646732,
    ],
  },
  'lstm describe vectors': {
    loss: 1.96028605509,
    gradients: [
      -0.00982284171042, -0.00933060729134, -0.00812030595674, 0.00642520374553, -0.0696445079374, -0.0239002145704,
      0.219311703248, 0.0407102949111, 0.00693244465853, 0.00250977342051, 0.019798441716, 0.00637032989084,
      -0.0427665415342, -0.0135318452097, 0.0944392173481, 0.033620499712,
    ],
  },
  'lstm translate': {
    loss: 1.96515987659,
    gradients: [
      -0.0037548096894, -0.00574164116029, -0.00203421325289, -0.0193753743591, 0.00339646150617, -0.0168478059026,
      0.177709770879, 0.0278723207062, -0.00125830633432, -0.00176908301542, -0.00103144614389, -2.10714801896e-5,
      0.00510118870468, -0.0136420461503,
    ],
  },
  'lstm translate vectors': {
    loss: 1.96358540045,
    gradients: [
      -0.00476970512646, -0.0054559354309, -0.00195272800325, -0.0226412426149, 0.00023198171277, -0.0191042039841,
      0.166102036221, 0.0276382597818, -0.00270658743451, 0.00192764725234, -0.00366195430718, -0.00133799441518,
      0.00397538628866, -0.0157428907716,
    ],
  },
  'gru label': {
    loss: 1.21737091861,
    gradients: [
      -0.00342264816405, -0.000977557000114, 0.00152570130012, 0.000842042935549, -0.0116043004817, 0.00174008311181,
      0.0425030342196, 0.0274058556956, 0.0731381772238, 0.352764908218,
    ],
  },
  'gru label vectors': {
    loss: 1.22023904584,
    gradients: [
      0.00134550036665, -0.000746668006904, 0.00146876166666, 0.0014129609077, -0.017932798724, 0.000933408338498,
      0.0368496506655, 0.0218959986831, 0.069018253888, 0.354548848372,
    ],
  },
  'gru describe': {
    loss: 2.09786259578,
    gradients: [
      -0.00995595647992, -0.0177673130293, 0.0372714303732, 0.0247284436386, 0.0758365557619, -0.0449515065047,
      -0.139302374198, -0.0730666482395, 0.808282948217, 0.424983243485, 0.0214269252084, -0.0204884473619,
      -0.0423370076177, 0.0809952202821,
    ],
  },
  'gru describe vectors': {
    loss: 2.06587082208,
    gradients: [
      -0.0127416545939, -0.00456502008525, 0.0234860656622, 0.0116401423093, 0.0630260960393, -0.0162645062433,
      -0.153626806511, -0.0843242519452, 0.509150666793, 0.415989469916, 0.00296574536504, -0.0192122283055,
      -0.0206260967973, 0.0801116758449,
    ],
  },
  'gru translate': {
    loss: 2.0519552227,
    gradients: [
      -0.00697617276958, 0.00527263484406, 0.0218872939446, 0.0101496137039, 0.0703024262909, 0.00220247350756,
      -0.233683810253, -0.150713422176, 0.302916677542, 0.36153316542, -0.00273776354092, 0.00151073257936,
      0.0164928489948, 0.0136295330168, -0.00690587925152, 0.00143890641839, -0.0198283432491, -0.014092576856,
    ],
  },
  'gru translate vectors': {
    loss: 2.04453982481,
    gradients: [
      -0.00619555945159, 0.00386985173628, 0.0180708879151, 0.00485097023861, 0.068695699566, -0.000380910145708,
      -0.234134999003, -0.149214224169, 0.294905502384, 0.35699055079, -0.0107606382501, 0.00296970332758,
      0.0151938725954, 0.0109736494119, -0.00818446557888, 0.00212783457575, -0.0236374450258, -0.0155790518842,
    ],
  },
};
