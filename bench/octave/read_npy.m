% Reads a file that NumPy or stylegrad has written: float32 or float64, in C order, as an
% array with the same indices: x(n, c, h, w).
function x = read_npy(path)
    file = fopen(path, 'rb');
    if file < 0
        error('read_npy: %s cannot be opened', path);
    end
    magic = fread(file, 8, 'uint8')';
    if ~isequal(magic(1:6), [147 double('NUMPY')])
        error('read_npy: %s is no .npy file', path);
    end
    kinds = {'uint16', 'uint32'};
    header = fread(file, fread(file, 1, kinds{1 + (magic(7) > 1)}), 'char=>char')';
    if any(strfind(header, '<f4'))
        kind = 'single';
    elseif any(strfind(header, '<f8'))
        kind = 'double';
    else
        error('read_npy: %s holds neither <f4 nor <f8', path);
    end
    shape = str2num(['[' regexp(header, '\(([^)]*)\)', 'tokens'){1}{1} ']']);
    numbers = fread(file, prod(shape), [kind '=>double']);
    fclose(file);
    % C order counts the last index first, Octave the first one.
    x = permute(reshape(numbers, [fliplr(shape) 1]), numel(shape):-1:1);
end
